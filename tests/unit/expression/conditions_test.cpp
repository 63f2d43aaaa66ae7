// SPDX-License-Identifier: Apache-2.0
// What is there, what is equal, which of several counts.
#include <callgate/expression/conditions.hpp>

#include <callgate/expression/values.hpp>

#include <tests/support/evaluation.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace callgate::expression {
namespace {

using testing::branch;
using testing::evaluation;
using testing::is_absent;
using testing::sample_payload;
using testing::says;

using maybe = body<&sample_payload::maybe_integer>;
using flag = body<&sample_payload::boolean>;
using empty = text<"">;
using items = source::body<&sample_payload::tree, &branch::maybe_items>;

TEST(ExpressionConditions, PresentIsNeitherNullNorEmptyText) {
  evaluation one;
  EXPECT_TRUE(says(one.value<present<maybe>>(), false));
  EXPECT_TRUE(says(one.value<present<empty>>(), false));
  EXPECT_TRUE(says(one.value<present<text<"a">>>(), true));
  EXPECT_TRUE(says(one.value<present<integer<0>>>(), true));
  EXPECT_TRUE(says(one.value<present<boolean<false>>>(), true));
}

TEST(ExpressionConditions, FirstOfPassesOverWhatIsEmpty) {
  evaluation one;
  EXPECT_EQ((one.value<first_of<maybe, empty, text<"a">, text<"b">>>().text), "a");
  EXPECT_TRUE(is_absent(one.value<first_of<maybe, empty>>()))
      << "the last one's empty text is none";
  one.payload.maybe_integer = 0;
  EXPECT_EQ((one.value<first_of<maybe, integer<5>>>().integer), 0);
}

TEST(ExpressionConditions, ANullThatIsSaidIsThere) {
  evaluation one;
  EXPECT_EQ((one.value<first_of<maybe, null, text<"b">>>().kind), scalar::type::cleared);
  EXPECT_TRUE(says(one.value<present<null>>(), true));
  EXPECT_TRUE(says(one.value<equals<null, null>>(), true));
  EXPECT_TRUE(says(one.value<equals<null, text<"a">>>(), false));
  EXPECT_TRUE(says(one.value<equals<null, maybe>>(), false));
  EXPECT_TRUE(says(one.value<negation<null>>(), true));
}

TEST(ExpressionConditions, EqualsComparesEveryType) {
  evaluation one;
  EXPECT_TRUE(says(one.value<equals<text<"a">, text<"a">>>(), true));
  EXPECT_TRUE(says(one.value<equals<text<"a">, text<"b">>>(), false));
  EXPECT_TRUE(says(one.value<equals<integer<1>, integer<1>>>(), true));
  EXPECT_TRUE(says(one.value<equals<integer<1>, integer<2>>>(), false));
  EXPECT_TRUE(says(one.value<equals<boolean<true>, boolean<true>>>(), true));
  EXPECT_TRUE(says(one.value<equals<boolean<true>, boolean<false>>>(), false));
  EXPECT_TRUE(says(one.value<equals<boolean<true>, integer<1>>>(), false));
}

TEST(ExpressionConditions, WhatIsAbsentEqualsNothing) {
  evaluation one;
  EXPECT_TRUE(says(one.value<equals<maybe, maybe>>(), false));
  EXPECT_TRUE(says(one.value<equals<empty, empty>>(), false));
}

TEST(ExpressionConditions, EqualsComparesNumbersExactly) {
  constexpr std::int64_t beyond = (std::int64_t{1} << 53) + 1;  // no double is that number
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  EXPECT_TRUE(is_equal(scalar_of(2), scalar_of(2.0)));
  EXPECT_TRUE(is_equal(scalar_of(2.0), scalar_of(2)));
  EXPECT_FALSE(is_equal(scalar_of(2), scalar_of(2.5)));
  EXPECT_FALSE(is_equal(scalar_of(beyond), scalar_of(static_cast<double>(beyond))));
  EXPECT_FALSE(is_equal(scalar_of(most), scalar_of(9'223'372'036'854'775'808.0)));
  EXPECT_TRUE(is_equal(scalar_of(std::numeric_limits<std::int64_t>::min()), scalar_of(-0x1p63)));
  EXPECT_FALSE(is_equal(scalar_of(0), scalar_of(std::numeric_limits<double>::quiet_NaN())));
  EXPECT_FALSE(is_equal(scalar_of(0), scalar_of(std::numeric_limits<double>::infinity())));
}

TEST(ExpressionConditions, AllAndNotTakeWhatIsNoTrueBooleanForFalse) {
  evaluation one;
  EXPECT_TRUE(says(one.value<all<boolean<true>, boolean<true>>>(), true));
  EXPECT_TRUE(says(one.value<all<boolean<true>, flag>>(), false));
  EXPECT_TRUE(says(one.value<all<boolean<true>, maybe>>(), false));
  EXPECT_TRUE(says(one.value<negation<maybe>>(), true));
  EXPECT_TRUE(says(one.value<negation<boolean<true>>>(), false));
}

TEST(ExpressionConditions, ChooseTakesOneOrTheOther) {
  evaluation one;
  EXPECT_EQ((one.value<choose<boolean<true>, integer<1>, integer<2>>>().integer), 1);
  EXPECT_EQ((one.value<choose<maybe, integer<1>, integer<2>>>().integer), 2);
  EXPECT_TRUE(is_absent(one.value<choose<flag, integer<1>, nothing>>()));
}

TEST(ExpressionConditions, AtStageIsAbsentInOtherStages) {
  evaluation one;
  using in_second = at_stage<0b10, integer<1>>;
  using in_all = at_stage<~std::uint64_t{0}, integer<1>>;
  for (const std::int16_t index : {std::int16_t{0}, std::int16_t{2}, no_stage}) {
    one.in.stage_index = index;
    EXPECT_TRUE(is_absent(one.value<in_second>())) << index;
  }
  one.in.stage_index = 1;
  EXPECT_EQ(one.value<in_second>().integer, 1);
  one.in.stage_index = 63;
  EXPECT_EQ(one.value<in_all>().integer, 1);
  one.in.stage_index = 64;
  EXPECT_TRUE(is_absent(one.value<in_all>()));
}

TEST(ExpressionConditions, SomeAsksEveryItem) {
  evaluation one;
  using has_b = some<items, equals<item<>, text<"b">>>;
  EXPECT_TRUE(says(one.value<has_b>(), false)) << "there is no array";
  one.add("a");
  EXPECT_TRUE(says(one.value<has_b>(), false));
  one.add("x");
  one.add("b");
  EXPECT_TRUE(says(one.value<has_b>(), true));
}

TEST(ExpressionConditions, SomeKeepsThePayloadInSight) {
  evaluation one;
  one.add("blue");
  one.payload.open = {std::nullopt, "blue"};
  using open = body<&sample_payload::open>;
  EXPECT_TRUE(says(one.value<some<items, equals<item<>, open>>>(), true));
}

}  // namespace
}  // namespace callgate::expression
