// SPDX-License-Identifier: Apache-2.0
#include <callgate/server/event_waiters.hpp>

#include <tests/support/fake_store.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <vector>

namespace callgate {
namespace {

using namespace std::chrono_literals;
using testing::fake_store;
using clock = std::chrono::steady_clock;

struct waiter {
  int name = 0;
  std::int64_t after = 0;
  clock::time_point deadline = clock::now() + 1h;
  const std::atomic<bool>* gone = nullptr;

  [[nodiscard]] bool is_gone() const { return gone != nullptr && *gone; }
};
using waiters = event_waiters<fake_store, waiter>;

struct EventWaiters : ::testing::Test {
  void add_event() {
    store::append_request r;
    r.mount = r.provider = "m";
    (void)store.append(r);
  }
  // The names that were woken, once there are so many.
  std::vector<int> woken(std::size_t count) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, 10s, [&] { return names.size() >= count; });
    std::sort(names.begin(), names.end());
    return names;
  }
  auto park(int name, std::int64_t after, clock::duration within = 1h,
            const std::atomic<bool>* gone = nullptr) {
    waiter w{name, after, clock::now() + within, gone};
    return parked.park(w);
  }

  fake_store store;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<int> names;
  waiters parked{store, [this](waiter w) {
                   const std::lock_guard lock(mutex);
                   names.push_back(w.name);
                   changed.notify_all();
                 }};
};

TEST_F(EventWaiters, WakeWithTheEventThatTheyWaitFor) {
  EXPECT_EQ(park(1, 0), waiters::parking::parked);
  EXPECT_EQ(park(2, 1), waiters::parking::parked);
  EXPECT_EQ(park(3, 0), waiters::parking::parked);
  add_event();
  EXPECT_EQ(woken(2), (std::vector{1, 3}));
  add_event();
  EXPECT_EQ(woken(3), (std::vector{1, 2, 3}));
}

TEST_F(EventWaiters, WakeWhenNobodyIsThereToBeTold) {
  std::atomic<bool> gone{false};
  EXPECT_EQ(park(1, 0, 1h, &gone), waiters::parking::parked);
  EXPECT_EQ(park(2, 0), waiters::parking::parked);
  gone = true;
  EXPECT_EQ(woken(1), std::vector{1});
  EXPECT_EQ(park(3, 0, 1h, &gone), waiters::parking::ready);
}

TEST_F(EventWaiters, AreNotParkedForAnEventThatIsThere) {
  add_event();
  EXPECT_EQ(park(1, 0), waiters::parking::ready);
  EXPECT_EQ(park(2, 1), waiters::parking::parked);
}

TEST_F(EventWaiters, WakeWhenTheirTimeIsOver) {
  EXPECT_EQ(park(1, 0), waiters::parking::parked);
  EXPECT_EQ(park(2, 0, 1ms), waiters::parking::parked);
  EXPECT_EQ(woken(1), std::vector{2});
  EXPECT_EQ(park(3, 0, -1ms), waiters::parking::ready);
}

TEST_F(EventWaiters, AreBounded) {
  for (std::size_t i = 0; i < limits::max_feed_waiters; ++i)
    EXPECT_EQ(park(1, 0), waiters::parking::parked);
  EXPECT_EQ(park(2, 0), waiters::parking::full);
  add_event();
  EXPECT_EQ(woken(limits::max_feed_waiters).size(), limits::max_feed_waiters);
  EXPECT_EQ(park(3, 1), waiters::parking::parked) << "there is room again";
}

TEST_F(EventWaiters, WakeOnceAndAtOnceWhenTheyAreStopped) {
  EXPECT_EQ(park(1, 0), waiters::parking::parked);
  EXPECT_EQ(park(2, 5), waiters::parking::parked);
  const auto begin = clock::now();
  parked.stop();
  EXPECT_LT(clock::now() - begin, 2s);
  EXPECT_EQ(names.size(), 2U);
  EXPECT_EQ(park(3, 0), waiters::parking::ready) << "nobody may wait any more";
  parked.stop();
  EXPECT_EQ(names.size(), 2U);
}

TEST_F(EventWaiters, WakeWhenTheStoreIsStopped) {
  EXPECT_EQ(park(1, 0), waiters::parking::parked);
  store.stop();
  EXPECT_EQ(woken(1), std::vector{1});
}

}  // namespace
}  // namespace callgate
