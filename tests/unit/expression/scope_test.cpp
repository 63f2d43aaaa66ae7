// SPDX-License-Identifier: Apache-2.0
// Where an expression is evaluated: the item, and room for texts.
#include <callgate/expression/scope.hpp>

#include <tests/support/evaluation.hpp>

#include <gtest/gtest.h>

namespace callgate::expression {
namespace {

using testing::evaluation;
using testing::leaf;
using testing::sample_payload;
using whole = scope<sample_payload, sample_payload>;

struct no_expression {
  static int read(const auto&) { return 0; }
};

static_assert(!expression_in<no_expression, whole>);

TEST(Scope, SeesTheSameCallbackFromAnotherItem) {
  evaluation one;
  const leaf other{};
  const whole here{one.in, &one.payload, &one.payload};
  const scope<sample_payload, leaf> there = here.at(&other);
  EXPECT_EQ(there.item, &other);
  EXPECT_EQ(there.payload, &one.payload);
  EXPECT_EQ(&there.in, &one.in);
}

TEST(Scope, GivesRoomUntilItIsUsedUpAndThenSaysSo) {
  evaluation<8> one;
  const whole here{one.in, &one.payload, &one.payload};
  EXPECT_EQ(here.make_room(8).size(), 8U);
  EXPECT_FALSE(one.overflowed);
  EXPECT_TRUE(here.make_room(1).empty());
  EXPECT_TRUE(one.overflowed);
}

}  // namespace
}  // namespace callgate::expression
