// SPDX-License-Identifier: Apache-2.0
// A task of the memory store, copied so that its records can be derived outside of the lock.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/provider/record_set.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/record_fold.hpp>
#include <callgate/store/record_rows.hpp>
#include <callgate/store/record_rule.hpp>
#include <callgate/store/stage_rule.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callgate::store {

struct memory_record_source {
  struct event_of_attempt {
    stored_event event;
    std::string record_id{};  // the event's own
    std::int64_t attempt = 1;
  };

  std::string mount{};
  std::string task_id{};
  bool registered = false;
  std::int64_t attempt = 1;  // the task's: rows are of the latest one
  std::vector<context_text> context{};
  std::vector<event_of_attempt> events{};  // by sequence, with raw

  // A body that does not fit the schema any more has no rows.
  [[nodiscard]] std::vector<record_rows> derive(const record_set& set) const {
    record_fold fold{set};
    if (registered && has_rows_at_registration(set)) add_registration(set, fold);
    for (const event_of_attempt& one : events)
      if (one.attempt == attempt && has_rows(one.event.result))
        add(set, one.event, one.record_id, fold);
    return fold.rows();
  }

 private:
  static constexpr std::size_t scratch_bytes = 256 * 1024;

  void add_registration(const record_set& set, record_fold& fold) const {
    std::vector<std::byte> room(scratch_bytes + all_record_bytes(set, nullptr));
    arena memory{room};
    const std::vector<scalar> values = context_of(set);
    (void)fold.add(registration_input(set, mount, task_id, values), 0, memory);
  }

  void add(const record_set& set, const stored_event& event, std::string_view record_id,
           record_fold& fold) const {
    std::vector<std::byte> parsed(set.bytes_needed(event.raw.size()));
    arena parsing{parsed};
    const void* const payload = set.parse(event.raw, parsing);
    if (payload == nullptr) return;
    std::vector<std::byte> room(scratch_bytes + 2 * event.raw.size() +
                                all_record_bytes(set, payload));
    arena memory{room};
    const std::vector<scalar> values = context_of(set);
    record_input in{.payload = payload,
                    .raw = event.raw,
                    .provider = event.provider,
                    .mount = event.mount,
                    .task_id = event.task_id,
                    .record_id = record_id,
                    .stage = event.stage,
                    .result = event.result,
                    .code = event.code,
                    .known_code = event.code ? set.find_code(*event.code) : nullptr,
                    .message = event.message,
                    .received_at = event.received_at,
                    .sequence = event.sequence,
                    .context = values};
    (void)fold.add(in, set_stage(set, &in), memory);
  }

  // The rank with which the callback moves its task.
  static std::uint8_t set_stage(const record_set& set, record_input* in) {
    for (std::size_t i = 0; i < set.stages.size(); ++i)
      if (const stage& s = set.stages[i]; s.name == in->stage) {
        in->stage_index = static_cast<std::int16_t>(i);
        in->status = s.status;
        return moving_rank(in->result, s.rank);
      }
    return 0;
  }

  [[nodiscard]] std::vector<scalar> context_of(const record_set& set) const {
    std::vector<scalar> values;
    for (const context_field& field : set.context) {
      const auto held = std::find_if(context.begin(), context.end(),
                                     [&](const auto& c) { return c.name == field.name; });
      values.push_back(held == context.end() ? scalar{} : borrowed(held->value));
    }
    return values;
  }
};

}  // namespace callgate::store
