// SPDX-License-Identifier: Apache-2.0
// Members as data.
#include <callgate/reflect/member.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string_view>
#include <type_traits>

namespace callgate {
namespace {

struct thing {
  int size = 0;
};

TEST(Member, FindsItsTypesByItself) {
  constexpr member m{"size", &thing::size};
  static_assert(std::is_same_v<decltype(m)::struct_type, thing>);
  static_assert(std::is_same_v<decltype(m)::value_type, int>);
  thing t;
  t.*m.pointer = 7;
  EXPECT_EQ(t.size, 7);
}

TEST(Member, DemandsNothingUnlessToldTo) {
  constexpr member m{"size", &thing::size};
  EXPECT_EQ(m.name, "size");
  EXPECT_TRUE(m.aliases.empty());
  EXPECT_FALSE(m.rules.required || m.rules.nullable || m.rules.droppable);
}

TEST(Member, KeepsItsRulesAndAliases) {
  static constexpr std::array<std::string_view, 2> aliases{"length", "len"};
  constexpr member m{"size", &thing::size, rule{.required = true, .maximum = {.set = true, .i = 5}},
                     aliases};
  EXPECT_TRUE(m.rules.required);
  EXPECT_EQ(m.rules.maximum.i, 5);
  EXPECT_EQ(m.aliases[1], "len");
}

}  // namespace
}  // namespace callgate
