// SPDX-License-Identifier: Apache-2.0
// What a store tells about the past: for the history API and for consumers. Cold path, owns its
// text.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/provider/outcome.hpp>
#include <callgate/provider/stage.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace callgate::store {

// One stored callback of a task.
struct stored_event {
  std::int64_t sequence = 0;
  std::string mount;
  std::string provider;
  std::string task_id;
  std::string record_id;  // the task's; empty: none
  std::string stage;      // empty: none
  outcome result = outcome::accepted;
  std::int64_t attempt = 1;  // of the task, that it belongs to
  bool moved = false;        // the task took this callback's stage; false: late, or without a stage
  std::optional<std::int64_t> code;
  std::string message;
  std::string reason;  // why its records could not be derived; empty: they were
  unix_micros received_at = 0;
  std::string raw;  // empty in timelines
};

// One task with everything that was received for it, or one quarantined body.
struct history_entry {
  std::string id;  // UUID
  std::string mount;
  std::string provider;
  std::string task_id;
  std::string record_id;  // the last that a callback of the task said; empty: none
  bool quarantined = false;
  outcome result = outcome::accepted;  // of the last callback; why it is quarantined
  std::string reason;                  // quarantine: the first error, for people
  std::string stage;                   // furthest stage; empty: none
  task_status status = task_status::pending;
  std::string last_stage;            // of the last callback, be it late
  std::optional<std::int64_t> code;  // of the callback that set the stage
  std::string message;
  unix_micros first_received_at = 0;
  unix_micros last_received_at = 0;
  std::int64_t callbacks = 0;
  std::int64_t attempt = 1;
  std::int64_t sequence = 0;  // of the last event; of the quarantined body
  // --- entry() only
  std::string raw;  // of the callback that set the stage (of the last one when none did), or of the
                    // quarantined body
  std::vector<stored_event> timeline;  // by sequence, without raw; the newest max_timeline_events
  bool timeline_truncated = false;     // there are older ones
};

}  // namespace callgate::store
