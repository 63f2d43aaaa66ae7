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

}  // namespace callgate::test

template <>
struct callgate::reflect<callgate::test::point> {
  static constexpr std::string_view name = "Point";
  static constexpr auto members =
      std::tuple{member{"x", &test::point::x}, member{"y", &test::point::y}};
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

}  // namespace
}  // namespace callgate
