// SPDX-License-Identifier: Apache-2.0
// Rules without demands.
#include <callgate/reflect/rule.hpp>

#include <gtest/gtest.h>

namespace callgate {
namespace {

TEST(Rule, DemandsNothingByDefault) {
  constexpr rule r;
  EXPECT_FALSE(r.required || r.nullable || r.droppable || r.minimum.set || r.maximum.set);
  EXPECT_EQ(r.min_length + r.min_items, 0U);
  EXPECT_EQ(r.max_length, unbounded);
  EXPECT_EQ(r.max_items, unbounded);
  EXPECT_TRUE(r.strings.empty() && r.integers.empty() && r.numbers.empty());
  EXPECT_EQ(r.items, nullptr);
}

}  // namespace
}  // namespace callgate
