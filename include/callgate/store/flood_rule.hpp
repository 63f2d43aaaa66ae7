// SPDX-License-Identifier: Apache-2.0
// The one rule by which callbacks are too many to be events: what lies beyond is quarantined, where
// there are quotas.
#pragma once

#include <callgate/core/limits.hpp>

#include <cstdint>
#include <string_view>

namespace callgate::store {

struct event_bounds {
  std::int64_t max_events_per_task = limits::max_events_per_task;
  std::int64_t max_event_bytes_per_task = limits::max_event_bytes_per_task;
  std::int64_t max_conflicts_per_delivery = limits::max_conflicts_per_delivery;
};

// The reasons they are quarantined with; their outcome stays what it is.
inline constexpr std::string_view too_many_events =
    "too_many_events: the task has as many events as one may have";
inline constexpr std::string_view too_many_conflicts =
    "too_many_conflicts: the delivery id came with as many other bodies as one may have";

// Whether a task of so many events, raw bytes together, takes one more. What lifts it to a higher
// stage it always takes: no flood keeps a task from its end.
[[nodiscard]] constexpr bool has_room(const event_bounds& bounds, std::int64_t events,
                                      std::int64_t bytes, std::uint8_t task_rank,
                                      std::uint8_t moving_rank) noexcept {
  const bool is_full =
      events >= bounds.max_events_per_task || bytes >= bounds.max_event_bytes_per_task;
  return !is_full || moving_rank > task_rank;
}

}  // namespace callgate::store
