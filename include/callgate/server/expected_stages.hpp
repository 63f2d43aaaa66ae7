// SPDX-License-Identifier: Apache-2.0
// When a task should come to its stages, and when it did.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/provider/stage.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/stage_rule.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace callgate {

// Lifetime: the name is the stage's.
struct expected_stage {
  std::string_view name;
  unix_micros expected_at = 0;
  std::optional<unix_micros>
      reached_at{};      // the attempt's first callback of this stage, be it late
  bool overdue = false;  // it is still waited for
};

namespace detail {

// The attempt's first sign: the registration or the first callback. When earlier attempts had
// callbacks: its first callback or, before that, the moment when it was registered.
[[nodiscard]] inline unix_micros first_sign(const store::history_entry& task) {
  const auto is_current = [&](const auto& e) { return e.attempt == task.attempt; };
  const auto& all = task.timeline;
  if (std::all_of(all.begin(), all.end(), is_current)) return task.first_received_at;
  const auto first = std::find_if(all.begin(), all.end(), is_current);
  return first == all.end() ? task.last_received_at : first->received_at;
}

[[nodiscard]] inline std::optional<unix_micros> reached_at(const store::history_entry& task,
                                                           const stage& wanted) {
  for (const store::stored_event& e : task.timeline) {
    const bool counts = store::moving_rank(e.result, wanted.rank) != 0;
    if (counts && e.attempt == task.attempt && e.stage == wanted.name) return e.received_at;
  }
  return std::nullopt;
}

}  // namespace detail

// Of the stages that say when they are expected, in their order. The task has its timeline.
[[nodiscard]] inline std::vector<expected_stage> expected_stages(const store::history_entry& task,
                                                                 std::span<const stage> stages,
                                                                 unix_micros now) {
  const auto current = std::find_if(stages.begin(), stages.end(),
                                    [&](const stage& s) { return s.name == task.stage; });
  const unix_micros began = detail::first_sign(task);
  std::vector<expected_stage> out;
  for (const stage& s : stages) {
    if (s.expected.count() == 0) continue;
    expected_stage& one = out.emplace_back();
    one.name = s.name;
    one.expected_at = began + s.expected.count();
    one.reached_at = detail::reached_at(task, s);
    const bool is_past = current != stages.end() && (current->terminal || current->rank > s.rank);
    one.overdue = !one.reached_at && !is_past && now > one.expected_at;
  }
  return out;
}

}  // namespace callgate
