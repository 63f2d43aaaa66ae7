// SPDX-License-Identifier: Apache-2.0
// Values or reasons.
#include <callgate/core/result.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace callgate {
namespace {

enum class reason { none, bad };

result<std::string, reason> read(bool good) {
  if (!good) return failure{reason::bad};
  return std::string{"value"};
}

TEST(Result, HoldsAValue) {
  auto got = read(true);
  ASSERT_TRUE(got);
  EXPECT_TRUE(got.has_value());
  EXPECT_EQ(*got, "value");
  EXPECT_EQ(got->size(), 5U);
  *got = "other";
  EXPECT_EQ(got.value(), "other");
}

TEST(Result, HoldsAReason) {
  const auto got = read(false);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error(), reason::bad);
}

TEST(Result, GivesAwayWhatCanOnlyBeMoved) {
  result<std::unique_ptr<int>, reason> got{std::make_unique<int>(7)};
  const std::unique_ptr<int> taken = std::move(got).value();
  EXPECT_EQ(*taken, 7);
}

TEST(Result, WorksWhenCompiling) {
  constexpr result<int, reason> good{7};
  constexpr result<int, reason> bad{failure{reason::bad}};
  static_assert(good && *good == 7 && !bad && bad.error() == reason::bad);
}

}  // namespace
}  // namespace callgate
