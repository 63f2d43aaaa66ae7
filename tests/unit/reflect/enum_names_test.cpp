// SPDX-License-Identifier: Apache-2.0
// Enumerators by name.
#include <callgate/reflect/enum_names.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

namespace callgate::test {

enum class fruit : std::uint8_t { apple, pear };
enum class nameless { one };

}  // namespace callgate::test

template <>
struct callgate::enum_names<callgate::test::fruit> {
  static constexpr std::array<std::string_view, 2> names{"APPLE", "pear "};
};

namespace callgate {
namespace {

using test::fruit;

TEST(EnumNames, GoFromTheNameToTheEnumeratorAndBack) {
  static_assert(enum_from_name<fruit>("APPLE") == fruit::apple);
  EXPECT_EQ(enum_from_name<fruit>("pear "), fruit::pear);
  EXPECT_EQ(enum_name(fruit::pear), "pear ");
}

TEST(EnumNames, KnowNothingElse) {
  EXPECT_EQ(enum_from_name<fruit>("apple"), std::nullopt);
  EXPECT_EQ(enum_from_name<fruit>(""), std::nullopt);
  EXPECT_EQ(enum_name(static_cast<fruit>(2)), "");
}

TEST(EnumNames, TellWhichEnumsHaveThem) {
  static_assert(named_enum<fruit>);
  static_assert(!named_enum<test::nameless>);
  static_assert(!named_enum<int>);
}

}  // namespace
}  // namespace callgate
