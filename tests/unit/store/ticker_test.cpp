// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/ticker.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace callgate::store {
namespace {

using namespace std::chrono_literals;

void count(void* counter) noexcept {
  static_cast<std::atomic<int>*>(counter)->fetch_add(1);
}

TEST(Ticker, TicksUntilItIsStopped) {
  std::atomic<int> ticks{0};
  ticker t{1ms, &count, &ticks};
  while (ticks.load() < 3) std::this_thread::yield();
  t.stop();
  const int last = ticks.load();
  std::this_thread::sleep_for(5ms);
  EXPECT_EQ(ticks.load(), last);
  t.stop();
}

TEST(Ticker, StopsAtOnceHoweverLongItsInterval) {
  std::atomic<int> ticks{0};
  const auto began = std::chrono::steady_clock::now();
  { ticker t{1h, &count, &ticks}; }
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
  EXPECT_EQ(ticks.load(), 0);
}

}  // namespace
}  // namespace callgate::store
