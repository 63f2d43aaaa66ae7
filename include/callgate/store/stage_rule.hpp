// SPDX-License-Identifier: Apache-2.0
// The one rule by which a task moves forward.
#pragma once

#include <callgate/store/append_request.hpp>

#include <cstdint>

namespace callgate::store {

// The rank that an event brings to its task; 0 never moves it. Only what was accepted counts: a
// conflict, an unknown type or an unknown task's event stands in the timeline and changes no state.
[[nodiscard]] constexpr std::uint8_t moving_rank(outcome stored_as, std::uint8_t rank) noexcept {
  const bool moves = stored_as == outcome::accepted || stored_as == outcome::processing_failed;
  return moves ? rank : std::uint8_t{0};
}

// Equal rank: the later sequence wins.
[[nodiscard]] constexpr bool moves(std::uint8_t moving_rank, std::uint8_t task_rank) noexcept {
  return moving_rank > 0 && moving_rank >= task_rank;
}

}  // namespace callgate::store
