// SPDX-License-Identifier: Apache-2.0
// What is a limit and what is a mistake.
#include <callgate/core/rate_limit.hpp>

#include <gtest/gtest.h>

#include <limits>

namespace callgate {
namespace {

TEST(RateLimit, IsUnlimitedUnlessARateIsGiven) {
  EXPECT_FALSE(rate_limit{}.is_set());
  EXPECT_EQ(rate_limit{}.problem(), nullptr);
  EXPECT_TRUE((rate_limit{.per_second = 0.5}).is_set());
  EXPECT_EQ((rate_limit{.per_second = 0.5, .burst = 3}).problem(), nullptr);
}

TEST(RateLimit, SaysWhatIsWrong) {
  EXPECT_STREQ((rate_limit{.per_second = -1}).problem(), "a rate is 0 to 1000000 per second");
  EXPECT_STREQ((rate_limit{.per_second = std::numeric_limits<double>::quiet_NaN()}).problem(),
               "a rate is 0 to 1000000 per second");
  EXPECT_STREQ((rate_limit{.per_second = 2e6}).problem(), "a rate is 0 to 1000000 per second");
  EXPECT_STREQ((rate_limit{.per_second = 1e-9}).problem(), "a rate is at least 0.0001 per second");
  EXPECT_STREQ((rate_limit{.per_second = 1, .burst = 2'000'000}).problem(),
               "a burst is at most 1000000");
  EXPECT_STREQ((rate_limit{.burst = 5}).problem(),
               "a burst without a rate limits nothing: give a rate, too");
}

}  // namespace
}  // namespace callgate
