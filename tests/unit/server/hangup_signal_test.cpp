// SPDX-License-Identifier: Apache-2.0
// SIGHUP as calls of a function.
#include <callgate/server/hangup_signal.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

namespace callgate {
namespace {

using namespace std::chrono_literals;

bool reaches(const std::atomic<int>& calls, int wanted) {
  for (int i = 0; i < 500 && calls < wanted; ++i) std::this_thread::sleep_for(10ms);
  return calls >= wanted;
}

TEST(HangupSignal, CallsEachTimeItComes) {
  std::atomic<int> calls{0};
  hangup_signal watch([&calls] { ++calls; });
  std::raise(SIGHUP);
  EXPECT_TRUE(reaches(calls, 1));
  std::raise(SIGHUP);
  EXPECT_TRUE(reaches(calls, 2));
}

TEST(HangupSignal, EndsAfterTheCallThatIsUnderWay) {
  std::atomic<int> begun{0}, ended{0};
  {
    hangup_signal watch([&] {
      ++begun;
      std::this_thread::sleep_for(100ms);
      ++ended;
    });
    std::raise(SIGHUP);
    ASSERT_TRUE(reaches(begun, 1));
  }
  EXPECT_EQ(ended, 1);
}

}  // namespace
}  // namespace callgate
