// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/event_signal.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>
#include <vector>

namespace callgate::store {
namespace {

using namespace std::chrono_literals;

TEST(EventSignal, TellsWhatIsThereAlready) {
  event_signal signal;
  signal.publish(5);
  EXPECT_EQ(signal.last(), 5);
  EXPECT_TRUE(signal.wait(4, 0ms));
  EXPECT_FALSE(signal.wait(5, 1ms));
}

TEST(EventSignal, NeverGoesBack) {
  event_signal signal;
  signal.publish(5);
  signal.publish(4);
  EXPECT_EQ(signal.last(), 5);
}

TEST(EventSignal, WakesWaitersByAnEventAndByAStop) {
  event_signal signal;
  std::thread publisher{[&] { signal.publish(1); }};
  EXPECT_TRUE(signal.wait(0, 30s));
  publisher.join();
  std::thread stopper{[&] { signal.stop(); }};
  EXPECT_FALSE(signal.wait(1, 30s));
  stopper.join();
  EXPECT_FALSE(signal.wait(0, 30s));
}

// What is published just when somebody begins to wait is not lost: that would take the whole time.
TEST(EventSignal, IsSeenByWhoBeginsToWaitAtThatMoment) {
  constexpr std::int64_t rounds = 20'000;
  event_signal signal, answers;
  std::thread publisher{[&] {
    for (std::int64_t n = 1; n <= rounds; ++n) {
      signal.publish(n);
      if (!answers.wait(n - 1, 30s)) return;
    }
  }};
  for (std::int64_t n = 1; n <= rounds; ++n) {
    ASSERT_TRUE(signal.wait(n - 1, 30s)) << n;
    answers.publish(n);
  }
  publisher.join();
}

TEST(EventSignal, KeepsTheHighestOfSeveralThreads) {
  event_signal signal;
  std::vector<std::thread> threads;
  for (std::int64_t first = 1; first <= 3; ++first)
    threads.emplace_back([&signal, first] {
      for (std::int64_t n = first; n <= 30'000; n += 3) signal.publish(n);
    });
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(signal.last(), 30'000);
}

}  // namespace
}  // namespace callgate::store
