// SPDX-License-Identifier: Apache-2.0
// Enums that a sender may extend.
#include <callgate/reflect/open_enum.hpp>

#include <gtest/gtest.h>

namespace callgate::test {

enum class state { on, off };

}  // namespace callgate::test

template <>
struct callgate::enum_names<callgate::test::state> {
  static constexpr std::array<std::string_view, 2> names{"on", "off"};
};

namespace callgate {
namespace {

using test::state;

TEST(OpenEnum, IsOneOfTheKnownValuesOrNone) {
  constexpr open_enum<state> known{state::off, "off"};
  constexpr open_enum<state> unknown{std::nullopt, "standby"};
  EXPECT_TRUE(known.is(state::off));
  EXPECT_FALSE(known.is(state::on));
  EXPECT_FALSE(unknown.is(state::on) || unknown.is(state::off));
  EXPECT_EQ(unknown.text, "standby");
  EXPECT_FALSE(open_enum<state>{}.is(state::on));
}

}  // namespace
}  // namespace callgate
