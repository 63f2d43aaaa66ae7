// SPDX-License-Identifier: Apache-2.0
// Durations without the calendar of <chrono>, and the same types with it.
#include <callgate/core/duration.hpp>

#if defined(_GLIBCXX_SSTREAM) && __has_include(<bits/chrono.h>)
#error "durations bring streams again: every generated header pays for them"
#endif

#include <callgate/core/unix_micros.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <concepts>

namespace callgate {
namespace {

TEST(Duration, IsThatOfTheStandard) {
  static_assert(std::same_as<decltype(std::chrono::milliseconds{1} + std::chrono::microseconds{1}),
                             std::chrono::microseconds>);
  constexpr std::chrono::microseconds hour = std::chrono::hours{1};
  static_assert(hour.count() == unix_micros{3'600'000'000});
  const std::chrono::steady_clock::time_point before = std::chrono::steady_clock::now();
  EXPECT_LE(before, std::chrono::steady_clock::now());
}

}  // namespace
}  // namespace callgate
