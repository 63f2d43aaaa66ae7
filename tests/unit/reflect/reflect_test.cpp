// SPDX-License-Identifier: Apache-2.0
// What structs say about themselves.
#include <callgate/reflect/reflect.hpp>

#include <gtest/gtest.h>

#include <string_view>
#include <tuple>

namespace callgate::test {

struct point {
  int x = 1;
  int y = 2;
};
struct opaque {};
struct keeper {
  int x = 0;
};
struct sealed {
  int x = 0;
};
struct around {
  int x = 0;
};

}  // namespace callgate::test

template <>
struct callgate::reflect<callgate::test::point> {
  static constexpr std::string_view name = "Point";
  static constexpr auto members =
      std::tuple{member{"x", &test::point::x}, member{"y", &test::point::y}};
};
template <>
struct callgate::reflect<callgate::test::keeper> {
  static constexpr std::string_view name = "Keeper";
  static constexpr bool holds_sensitive = true;
  static constexpr auto members = std::tuple{member{"x", &test::keeper::x}};
};
template <>
struct callgate::reflect<callgate::test::sealed> {
  static constexpr std::string_view name = "Sealed";
  static constexpr auto members =
      std::tuple{member{"x", &test::sealed::x, rule{.sensitive = true}}};
};
template <>
struct callgate::reflect<callgate::test::around> {
  static constexpr std::string_view name = "Around";
  static constexpr bool holds_sensitive = false;
  static constexpr auto members =
      std::tuple{member{"x", &test::around::x, rule{.holds_sensitive = true}}};
};

namespace callgate {
namespace {

TEST(Reflect, TellsWhichStructsSpeak) {
  static_assert(reflected<test::point>);
  static_assert(!reflected<test::opaque>);
  static_assert(!reflected<int>);
}

TEST(Reflect, VisitsMembersInTheSchemasOrder) {
  EXPECT_EQ(member_count<test::point>, 2U);
  const test::point p;
  const int packed = std::apply(
      [&p](const auto&... m) {
        int out = 0;
        return ((out = out * 10 + p.*m.pointer), ...);
      },
      reflect<test::point>::members);
  EXPECT_EQ(packed, 12);
}

TEST(Reflect, TellsWhetherAMemberOrTheObjectItselfHoldsWhatIsSensitive) {
  static_assert(holds_sensitive<test::keeper>() && holds_sensitive<test::sealed>());
  static_assert(holds_sensitive<test::around>(), "no word of the object unsays a member's");
  static_assert(!holds_sensitive<test::point>());
}

}  // namespace
}  // namespace callgate
