// SPDX-License-Identifier: Apache-2.0
// Which callbacks of a task have rows, and which of several gives a record's column its value.
#pragma once

#include <callgate/provider/outcome.hpp>
#include <callgate/provider/read_value.hpp>
#include <callgate/provider/scalar.hpp>

#include <cstdint>

namespace callgate::store {

// A callback of a task that nobody registered has no rows until somebody does.
[[nodiscard]] constexpr bool has_rows(outcome result) noexcept {
  return result != outcome::unknown_task;
}

// The furthest stage that has one; of equal stages the later callback. What is absent overwrites
// nothing, so a late callback may only fill gaps, and the order of arrival does not matter. A null
// that is said is a value.
// column_rank: of the callback whose value is there; 0 when there is none.
[[nodiscard]] constexpr bool takes_value(const scalar& value, std::uint8_t rank,
                                         std::uint8_t column_rank) noexcept {
  return callgate::detail::is_there(value) && rank >= column_rank;
}

}  // namespace callgate::store
