// SPDX-License-Identifier: Apache-2.0
// A connection's share of a turn.
#include <callgate/net/turn_steps.hpp>

#include <gtest/gtest.h>

namespace callgate::net {
namespace {

int taken_of(turn_steps& steps, std::uint64_t turn) {
  int count = 0;
  while (steps.take(turn)) ++count;
  return count;
}

TEST(TurnSteps, AreBoundedInEachTurn) {
  turn_steps steps;
  EXPECT_EQ(taken_of(steps, 1), limits::max_steps);
  EXPECT_FALSE(steps.take(1));
  EXPECT_EQ(taken_of(steps, 2), limits::max_steps);
}

TEST(TurnSteps, OfEarlierTurnsDoNotCount) {
  turn_steps steps;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(steps.take(7));
  EXPECT_EQ(taken_of(steps, 9), limits::max_steps);
}

}  // namespace
}  // namespace callgate::net
