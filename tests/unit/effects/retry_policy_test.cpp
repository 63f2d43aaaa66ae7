// SPDX-License-Identifier: Apache-2.0
#include <callgate/effects/retry_policy.hpp>

#include <gtest/gtest.h>

namespace callgate::effects {
namespace {

using namespace std::chrono_literals;

TEST(RetryPolicy, DoublesUpToAMinute) {
  const retry_policy policy;
  EXPECT_EQ(policy.delay_after(1), 1s);
  EXPECT_EQ(policy.delay_after(2), 2s);
  EXPECT_EQ(policy.delay_after(6), 32s);
  EXPECT_EQ(policy.delay_after(7), 60s);
  EXPECT_EQ(policy.delay_after(1'000'000'000), 60s);
  EXPECT_EQ(policy.max_attempts, 8u);
}

TEST(RetryPolicy, TakesOtherFactors) {
  retry_policy policy{10ms, 1.5, 1s, 3};
  EXPECT_EQ(policy.delay_after(3), 22ms);
  policy.factor = 1.0;
  EXPECT_EQ(policy.delay_after(1'000'000'000), 10ms);
  policy.first_delay = 2s;
  EXPECT_EQ(policy.delay_after(1), 1s);
}

}  // namespace
}  // namespace callgate::effects
