// SPDX-License-Identifier: Apache-2.0
// Comparison that takes the same time wherever two texts differ.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace callgate::auth {

namespace detail {

[[nodiscard]] inline std::uint64_t word_at(const std::uint8_t* at) noexcept {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

}  // namespace detail

// Unequal lengths are unequal at once: the length of a MAC is no secret; tokens are compared by
// their digests.
[[nodiscard]] inline bool constant_time_equal(std::span<const std::uint8_t> a,
                                              std::span<const std::uint8_t> b) noexcept {
  if (a.size() != b.size()) return false;
  std::uint64_t difference = 0;
  std::size_t i = 0;
  for (; a.size() - i >= 8; i += 8) {
    difference |= detail::word_at(a.data() + i) ^ detail::word_at(b.data() + i);
    // What is known of it ends here: the compiler has no reason to leave the loop early.
    __asm__ volatile("" : "+r"(difference));
  }
  for (; i < a.size(); ++i) {
    difference |= std::uint64_t{a[i]} ^ b[i];
    __asm__ volatile("" : "+r"(difference));
  }
  return difference == 0;
}

}  // namespace callgate::auth
