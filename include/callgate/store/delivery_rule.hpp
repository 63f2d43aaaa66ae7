// SPDX-License-Identifier: Apache-2.0
// The one rule for a delivery whose key counts already.
#pragma once

#include <callgate/store/append_request.hpp>

#include <array>
#include <cstddef>

namespace callgate::store {

// What becomes of a request whose key is known and has not expired: duplicate (nothing is stored),
// or the outcome under which it is stored as an event of its own.
[[nodiscard]] inline outcome outcome_of_known_key(
    const append_request& request, const std::array<std::byte, 16>& first_digest) noexcept {
  if (request.digest == first_digest) return outcome::duplicate;
  return request.conflicts ? outcome::conflict : request.decided;
}

}  // namespace callgate::store
