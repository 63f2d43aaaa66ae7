// SPDX-License-Identifier: Apache-2.0
// Sets of bytes by place. That what callgen makes says what the tables say: check_part_test.
#include <callgate/reflect/pattern_shape.hpp>

#include <callgate/reflect/pattern.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

namespace callgate {
namespace {

// 1: a, 2: digits and a.
constexpr auto sets = columns_of(std::array<byte_range, 2>{{{'0', '9', 2}, {'a', 'a', 3}}});
constexpr std::array<std::uint8_t, 2> places{1, 2};

TEST(pattern_shape, of_one_set_looks_at_every_byte) {
  constexpr pattern_shape digits{.sets = &sets, .rest = 2, .min_bytes = 1, .max_bytes = 3};
  EXPECT_TRUE(digits.matches("1"));
  EXPECT_TRUE(digits.matches("9a0"));
  EXPECT_FALSE(digits.matches(""));
  EXPECT_FALSE(digits.matches("1234"));
  EXPECT_FALSE(digits.matches("12b"));
  EXPECT_FALSE(digits.matches("\xff"));
}

TEST(pattern_shape, of_places_looks_at_each_with_its_own_set) {
  constexpr pattern_shape fixed{.sets = &sets, .places = places, .min_bytes = 2, .max_bytes = 2};
  EXPECT_TRUE(fixed.matches("a7"));
  EXPECT_TRUE(fixed.matches("aa"));
  EXPECT_FALSE(fixed.matches("77"));
  EXPECT_FALSE(fixed.matches("a"));
  EXPECT_FALSE(fixed.matches("a77"));
}

TEST(pattern_shape, without_a_rest_lets_anything_follow) {
  constexpr pattern_shape begins{.sets = &sets, .places = places, .min_bytes = 2};
  EXPECT_TRUE(begins.matches("a7 and \xff"));
  EXPECT_FALSE(begins.matches("7a and more"));
}

// As ^a[0-9a]?$ has: fewer bytes than places.
TEST(pattern_shape, may_end_within_its_places) {
  constexpr pattern_shape some{.sets = &sets, .places = places, .min_bytes = 1, .max_bytes = 2};
  EXPECT_TRUE(some.matches("a"));
  EXPECT_FALSE(some.matches("7"));
}

TEST(pattern_shape, is_asked_before_the_table) {
  constexpr pattern_shape digits{.sets = &sets, .rest = 2};
  constexpr std::array<std::uint8_t, 256> one_column{};
  constexpr std::array<std::uint16_t, 3> never{0, 1, 0};
  pattern wanted{.classes = one_column, .next = never, .start = 2, .accepting_end = 2};
  EXPECT_FALSE(wanted.matches("12"));
  wanted.shape = &digits;
  EXPECT_TRUE(wanted.matches("12"));
  EXPECT_FALSE(wanted.table_matches("12"));
}

}  // namespace
}  // namespace callgate
