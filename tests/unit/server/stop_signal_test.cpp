// SPDX-License-Identifier: Apache-2.0
#include <callgate/server/stop_signal.hpp>

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

namespace callgate {
namespace {

TEST(StopSignal, WaitReturnsForASignalThatCameBefore) {
  stop_signal stop;
  std::raise(SIGTERM);
  stop.wait();
}

TEST(StopSignal, WaitReturnsForASignalThatComesLater) {
  stop_signal stop;
  std::thread later([] { std::raise(SIGINT); });
  stop.wait();
  later.join();
}

TEST(StopSignal, LeavesTheDefaultDispositionBehind) {
  EXPECT_EXIT(
      {
        { stop_signal stop; }
        std::raise(SIGTERM);
      },
      testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace callgate
