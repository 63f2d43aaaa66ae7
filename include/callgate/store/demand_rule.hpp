// SPDX-License-Identifier: Apache-2.0
// The one rule by which a callback may rest on what an earlier one of its task brought.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/store/append_request.hpp>

namespace callgate::store {

// furnished_at: when the task's attempt was furnished last; 0: it never was.
[[nodiscard]] constexpr bool has_what_it_needs(const append_request& request,
                                               unix_micros furnished_at) noexcept {
  if (request.needs_earlier_us == 0) return true;
  return furnished_at != 0 && request.received_at - furnished_at <= request.needs_earlier_us;
}

// When the event furnishes its task; 0: it does not. What waits for its task's registration counts
// as what came after it; a conflict changes no state.
[[nodiscard]] constexpr unix_micros furnishes_at(const append_request& request,
                                                 outcome stored_as) noexcept {
  const bool counts = stored_as == outcome::accepted || stored_as == outcome::unknown_task;
  return request.furnishes && counts ? request.received_at : unix_micros{0};
}

}  // namespace callgate::store
