// SPDX-License-Identifier: Apache-2.0
// Comparison that takes the same time wherever two texts differ.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace callgate::auth {

// Unequal lengths are unequal at once: the length of a MAC is no secret; tokens are compared by
// their digests.
[[nodiscard]] inline bool constant_time_equal(std::span<const std::uint8_t> a,
                                              std::span<const std::uint8_t> b) noexcept {
  if (a.size() != b.size()) return false;
  volatile std::uint8_t difference = 0;  // volatile: the compiler may not leave the loop early
  for (std::size_t i = 0; i < a.size(); ++i)
    difference = static_cast<std::uint8_t>(difference | (a[i] ^ b[i]));
  return difference == 0;
}

}  // namespace callgate::auth
