// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/stage_rule.hpp>

#include <gtest/gtest.h>

namespace callgate::store {
namespace {

TEST(StageRule, OnlyAcceptedCallbacksBringTheirRank) {
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto o = static_cast<outcome>(i);
    const bool moves = o == outcome::accepted || o == outcome::processing_failed;
    EXPECT_EQ(moving_rank(o, 3), moves ? 3 : 0) << enum_name(o);
  }
}

TEST(StageRule, MovesForwardOrStays) {
  EXPECT_FALSE(moves(0, 0));
  EXPECT_TRUE(moves(1, 0));
  EXPECT_TRUE(moves(2, 2));
  EXPECT_FALSE(moves(1, 2));
}

}  // namespace
}  // namespace callgate::store
