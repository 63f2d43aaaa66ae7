// SPDX-License-Identifier: Apache-2.0
// An automaton's table, read byte by byte.
#include <callgate/reflect/pattern.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace callgate {
namespace {

// ^a*b: columns are a, b and the rest; states 0 dead, 3 matched, 6 the start.
constexpr auto classes =
    columns_of(std::array<byte_range, 3>{{{0x00, 0xff, 2}, {'a', 'a', 0}, {'b', 'b', 1}}});
constexpr std::array<std::uint16_t, 9> next{0, 0, 0, 3, 3, 3, 6, 3, 0};
constexpr pattern wanted{
    .text = "^a*b", .classes = classes, .next = next, .columns = 3, .start = 6, .accepting_end = 6};

TEST(pattern, finds_what_it_says) {
  EXPECT_TRUE(wanted.matches("b"));
  EXPECT_TRUE(wanted.matches("aab and what follows"));
  EXPECT_FALSE(wanted.matches("aaa"));
  EXPECT_FALSE(wanted.matches("xb"));
  EXPECT_FALSE(wanted.matches(""));
}

TEST(pattern, takes_any_byte) {
  EXPECT_FALSE(wanted.matches("\xff\xfe"));
}

TEST(pattern, in_steps_it_is_the_same) {
  std::uint16_t state = wanted.start;
  for (const char byte : {'a', 'a'}) state = wanted.step(state, byte);
  EXPECT_FALSE(wanted.is_final(state));
  EXPECT_FALSE(wanted.accepts(state));
  state = wanted.step(state, 'b');
  EXPECT_TRUE(wanted.is_final(state));
  EXPECT_TRUE(wanted.accepts(state));
  EXPECT_TRUE(wanted.is_final(wanted.step(wanted.start, 'x')));
}

static_assert(wanted.matches("ab"));

}  // namespace
}  // namespace callgate
