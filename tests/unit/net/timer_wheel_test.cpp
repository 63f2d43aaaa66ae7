// SPDX-License-Identifier: Apache-2.0
// Deadlines: never early, at most two intervals late, however they are set, moved and cancelled.
#include <callgate/net/timer_wheel.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

namespace callgate::net {
namespace {

using namespace std::chrono_literals;
using clock = timer_wheel::clock;

struct probe {
  int expired = 0;
  clock::time_point due{};
  deadline_timer timer{[](void* self) { ++static_cast<probe*>(self)->expired; }, this};
};

// A wheel and its time, which goes on in small steps.
struct driven {
  clock::time_point now{123'456'789ms};
  timer_wheel wheel{now};

  void pass(std::chrono::milliseconds time) {
    for (const auto end = now + time; now < end;) {
      now += 10ms;
      wheel.advance(now);
    }
  }
};

TEST(TimerWheel, ExpiresNeverEarlyAndSoonAfterwards) {
  for (const auto after : {0ms, 1ms, 99ms, 100ms, 101ms, 6'300ms, 6'400ms, 75'000ms}) {
    driven d;
    probe p;
    d.wheel.set(p.timer, d.now + after);
    if (after > 10ms) d.pass(after - 10ms);
    EXPECT_EQ(p.expired, 0) << after.count();
    d.pass(10ms + 2 * timer_wheel::interval);
    EXPECT_EQ(p.expired, 1) << after.count();
    d.pass(20'000ms);
    EXPECT_EQ(p.expired, 1) << "once";
  }
}

TEST(TimerWheel, MovesADeadlineBothWays) {
  driven d;
  probe later, sooner;
  d.wheel.set(later.timer, d.now + 200ms);
  d.wheel.set(sooner.timer, d.now + 5'000ms);
  d.pass(100ms);
  d.wheel.set(later.timer, d.now + 3'000ms);
  d.wheel.set(sooner.timer, d.now + 300ms);
  d.pass(500ms);
  EXPECT_EQ(later.expired, 0);
  EXPECT_EQ(sooner.expired, 1);
  d.pass(2'800ms);
  EXPECT_EQ(later.expired, 1);
}

TEST(TimerWheel, ForgetsWhatIsCancelled) {
  driven d;
  probe p;
  d.wheel.cancel(p.timer);  // never set
  d.wheel.set(p.timer, d.now + 100ms);
  d.wheel.cancel(p.timer);
  d.wheel.cancel(p.timer);
  d.pass(1'000ms);
  EXPECT_EQ(p.expired, 0);
  d.wheel.set(p.timer, d.now + 100ms);
  d.pass(400ms);
  EXPECT_EQ(p.expired, 1);
}

TEST(TimerWheel, CatchesUpAfterALongPause) {
  driven d;
  std::vector<std::unique_ptr<probe>> all;
  for (int i = 0; i < 100; ++i) {
    all.push_back(std::make_unique<probe>());
    d.wheel.set(all.back()->timer, d.now + i * 150ms);
  }
  d.now += 3'600'000ms;
  d.wheel.advance(d.now);
  for (const auto& p : all) EXPECT_EQ(p->expired, 1);
}

// Closing one connection may close, or set the deadline of, another that is due in the same tick.
struct meddler {
  driven& d;
  probe victim{};
  int expired = 0;
  deadline_timer timer{[](void* self) { static_cast<meddler*>(self)->act(); }, this};

  void act() {
    ++expired;
    d.wheel.cancel(victim.timer);
    if (expired < 3) d.wheel.set(timer, d.now);
  }
};

TEST(TimerWheel, LetsWhatExpiresSetAndCancelTimers) {
  driven d;
  meddler m{d};
  d.wheel.set(m.timer, d.now + 50ms);
  d.wheel.set(m.victim.timer, d.now + 60ms);
  d.pass(1'000ms);
  EXPECT_EQ(m.expired, 3);
  EXPECT_EQ(m.victim.expired, 0);
}

TEST(TimerWheel, AgreesWithALoopOverAllDeadlines) {
  std::mt19937 random(7);
  driven d;
  std::vector<std::unique_ptr<probe>> all;
  for (int i = 0; i < 50; ++i) all.push_back(std::make_unique<probe>());
  for (int round = 0; round < 5'000; ++round) {
    probe& p = *all[random() % all.size()];
    p.expired = 0;
    p.due = d.now + std::chrono::milliseconds(random() % 9'000);
    d.wheel.set(p.timer, p.due);
    d.pass(std::chrono::milliseconds(random() % 40));
    for (const auto& each : all) {
      if (each->due == clock::time_point{}) continue;  // never set
      const int least = d.now > each->due + 2 * timer_wheel::interval ? 1 : 0;
      const int most = d.now >= each->due ? 1 : 0;
      ASSERT_GE(each->expired, least);
      ASSERT_LE(each->expired, most);
    }
  }
  for (const auto& each : all) d.wheel.cancel(each->timer);
}

}  // namespace
}  // namespace callgate::net
