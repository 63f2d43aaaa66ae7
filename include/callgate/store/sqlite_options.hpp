// SPDX-License-Identifier: Apache-2.0
// What a user may set about the embedded store.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/store/flood_rule.hpp>
#include <callgate/store/notice.hpp>
#include <callgate/store/refusal_log.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace callgate::store {

struct sqlite_options {
  std::string folder = "./callgate-data";  // made when missing, mode 0700; one process at a time

  // Does not refuse to start while another process holds the folder: keeps callbacks in a spool
  // until the folder is free, then leads. False: startup_error.
  bool standby = false;
  std::uint64_t disk_floor_bytes = limits::disk_floor_bytes;  // less is free: callbacks are refused

  std::size_t max_queued_appends = limits::max_queued_appends;  // over it: queue_full
  std::size_t max_batch_rows = limits::max_batch_rows;          // callbacks of one commit
  std::size_t max_batch_bytes =
      limits::max_batch_bytes;  // their raw bytes; one callback always fits

  event_bounds bounds{};  // what is beyond them is quarantined

  std::int64_t max_quarantine_rows = limits::max_quarantine_rows;  // per mount; the oldest go first
  std::int64_t max_quarantine_bytes =
      limits::max_quarantine_bytes;  // raw bytes per mount; the newest always stays

  std::chrono::milliseconds busy_timeout{
      5000};  // for a lock that another program holds on the database
  std::chrono::milliseconds first_reopen_delay{
      100};  // after a failure; doubles with each one that follows
  std::chrono::milliseconds max_reopen_delay{2000};

  refusal_log on_refusal{};  // told of rows that the database refuses where no callback says so

  int checkpoint_pages =
      4000;  // of 16 KiB in the write-ahead log, when copying them into the database starts

  // Told of the lock, of spools and of the disk floor. Threads: the store's own; must not block.
  void (*on_notice)(void* owner, const notice& what) = nullptr;
  void* notice_owner = nullptr;
};

}  // namespace callgate::store
