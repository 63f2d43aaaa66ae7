// SPDX-License-Identifier: Apache-2.0
// The token bucket against a slow one with tokens that are counted, and under many threads.
#include <callgate/core/token_bucket.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

namespace callgate {
namespace {

constexpr std::int64_t second = 1'000'000'000;

TEST(TokenBucket, GivesItsBurstAtOnceAndThenItsRate) {
  const bucket_rule rule({.per_second = 2, .burst = 3});
  token_bucket bucket;
  const std::int64_t now = 100 * second;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bucket.take(rule, now), 0) << i;
  EXPECT_EQ(bucket.take(rule, now), second / 2);
  EXPECT_EQ(bucket.take(rule, now), second / 2) << "being refused costs nothing";
  EXPECT_EQ(bucket.take(rule, now + second / 2 - 1), 1);
  EXPECT_EQ(bucket.take(rule, now + second / 2), 0);
  EXPECT_EQ(bucket.take(rule, now + second / 2), second / 2);
}

TEST(TokenBucket, HoldsNoMoreThanItsBurstHoweverLongItRests) {
  const bucket_rule rule({.per_second = 10, .burst = 2});
  token_bucket bucket;
  EXPECT_EQ(bucket.take(rule, second), 0);
  int taken = 0;
  while (bucket.take(rule, 1'000'000 * second) == 0) ++taken;
  EXPECT_EQ(taken, 2);
}

TEST(TokenBucket, HasAsManyAsOneSecondBringsUnlessItsBurstIsSaid) {
  for (const auto& [rate, expected] : {std::pair{5.0, 5}, {0.1, 1}, {2.5, 3}}) {
    const bucket_rule rule({.per_second = rate});
    token_bucket bucket;
    int taken = 0;
    while (bucket.take(rule, second) == 0) ++taken;
    EXPECT_EQ(taken, expected) << rate;
  }
}

TEST(TokenBucket, ActsAsOneThatCountsItsTokens) {
  constexpr double rate = 40;
  constexpr double burst = 7;
  const bucket_rule rule({.per_second = rate, .burst = 7});
  token_bucket bucket;
  std::mt19937 random(3);
  double tokens = burst;
  std::int64_t now = second;
  for (int step = 0; step < 50'000; ++step) {
    const std::int64_t passed = random() % 50 * 1'000'000;
    now += passed;
    tokens = std::min(burst, tokens + rate * static_cast<double>(passed) / second);
    const bool expected = tokens >= 1 - 1e-6;
    ASSERT_EQ(bucket.take(rule, now) == 0, expected) << step;
    if (expected) tokens -= 1;
  }
}

TEST(TokenBucket, GivesNoTokenTwiceToThreads) {
  const bucket_rule rule({.per_second = 0.001, .burst = 1000});
  token_bucket bucket;
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) taken += bucket.take(rule, second) == 0 ? 1 : 0;
    });
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(taken, 1000);
}

TEST(TokenBucket, SaysInWholeSecondsWhenToComeAgain) {
  EXPECT_EQ(retry_after_seconds(1), 1);
  EXPECT_EQ(retry_after_seconds(second), 1);
  EXPECT_EQ(retry_after_seconds(second + 1), 2);
  EXPECT_EQ(retry_after_seconds(90 * second), 90);
}

}  // namespace
}  // namespace callgate
