// SPDX-License-Identifier: Apache-2.0
// The events of the memory store.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/provider/outcome.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/memory_tasks.hpp>
#include <callgate/store/record_ring.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate::store {

struct memory_event {
  memory_tasks::slot task = memory_tasks::none;
  std::int64_t previous = 0;  // event of the same task
  std::int64_t attempt = 1;
  std::optional<std::int64_t> code{};
  unix_micros received_at = 0;
  outcome result = outcome::accepted;
  bool moved = false;
};

// A ring of events with their stage, message, raw body and record id.
class memory_events : public record_ring<memory_event, 4> {
 public:
  using record_ring::record_ring;

  // Of a sequence that find() finds.
  [[nodiscard]] std::string_view stage(std::int64_t sequence) noexcept { return text(sequence, 0); }
  [[nodiscard]] std::string_view message(std::int64_t sequence) noexcept {
    return text(sequence, 1);
  }
  [[nodiscard]] std::string_view raw(std::int64_t sequence) noexcept { return text(sequence, 2); }
  [[nodiscard]] std::string_view record_id(std::int64_t sequence) noexcept {
    return text(sequence, 3);
  }

  // Without the raw body.
  [[nodiscard]] stored_event event_of(std::int64_t sequence, const memory_tasks& tasks) {
    const memory_event& head = *find(sequence);
    const memory_tasks::task& task = tasks[head.task];
    stored_event e;
    e.sequence = sequence;
    e.mount = task.mount.text();
    e.provider = task.provider.text();
    e.task_id = task.task_id.text();
    e.record_id = task.record_id.text();
    e.stage = stage(sequence);
    e.result = head.result;
    e.attempt = head.attempt;
    e.moved = head.moved;
    e.code = head.code;
    e.message = message(sequence);
    e.received_at = head.received_at;
    return e;
  }
};

}  // namespace callgate::store
