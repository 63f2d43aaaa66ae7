// SPDX-License-Identifier: Apache-2.0
// Literals as template arguments.
#include <callgate/core/fixed_string.hpp>

#include <gtest/gtest.h>

#include <string_view>
#include <type_traits>

namespace callgate {
namespace {

template <fixed_string S>
struct tagged {
  static constexpr std::string_view text = S.view();
};

TEST(FixedString, IsItsTextWithoutTheFinalNul) {
  EXPECT_EQ(tagged<"abc">::text, "abc");
  EXPECT_EQ(tagged<"">::text, "");
  EXPECT_EQ(tagged<"a\0b">::text.size(), 3U);
}

TEST(FixedString, MakesOneTypeOfOneText) {
  static_assert(std::is_same_v<tagged<"x">, tagged<"x">>);
  static_assert(!std::is_same_v<tagged<"x">, tagged<"y">>);
}

}  // namespace
}  // namespace callgate
