// SPDX-License-Identifier: Apache-2.0
// What a user may set about the memory store; all of it is allocated when the store is made.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/store/flood_rule.hpp>

#include <cstddef>
#include <cstdint>

namespace callgate::store {

struct memory_options {
  std::size_t max_events = 16'384;         // the oldest go first
  std::size_t max_event_bytes = 64 << 20;  // their bodies, stages and messages; the oldest go first
  std::size_t max_tasks = 8'192;           // about 1 KiB each; the longest untouched goes first
  std::size_t max_deliveries = 65'536;     // keys that count; the oldest go first

  event_bounds bounds{};  // what is beyond them is quarantined

  std::size_t max_quarantine_records = 1'024;         // of all mounts; the oldest go first
  std::size_t max_quarantine_record_bytes = 8 << 20;  // of all mounts, with their texts
  std::int64_t max_quarantine_rows = limits::max_quarantine_rows;    // per mount
  std::int64_t max_quarantine_bytes = limits::max_quarantine_bytes;  // raw bytes per mount
};

}  // namespace callgate::store
