// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/event_signal.hpp>

#include <gtest/gtest.h>

#include <thread>

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

}  // namespace
}  // namespace callgate::store
