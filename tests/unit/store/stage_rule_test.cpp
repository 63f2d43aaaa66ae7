// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/stage_rule.hpp>

#include <gtest/gtest.h>

namespace callgate::store {
namespace {

TEST(StageRule, OnlyAcceptedCallbacksBringTheirRank) {
  EXPECT_EQ(moving_rank(outcome::accepted, 3), 3);
  for (std::size_t i = 1; i < outcome_count; ++i)
    EXPECT_EQ(moving_rank(static_cast<outcome>(i), 3), 0) << i;
}

TEST(StageRule, MovesForwardOrStays) {
  EXPECT_FALSE(moves(0, 0));
  EXPECT_TRUE(moves(1, 0));
  EXPECT_TRUE(moves(2, 2));
  EXPECT_FALSE(moves(1, 2));
}

}  // namespace
}  // namespace callgate::store
