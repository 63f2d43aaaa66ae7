// SPDX-License-Identifier: Apache-2.0
// Calls from other threads onto an I/O thread.
#include <callgate/net/wakeup.hpp>

#include <callgate/store/completion_queue.hpp>

#include <asio/executor_work_guard.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace callgate::net {
namespace {

struct calls {
  int count = 0;
  std::thread::id on{};

  static void call(void* owner) {
    auto& self = *static_cast<calls*>(owner);
    ++self.count;
    self.on = std::this_thread::get_id();
  }
};

TEST(Wakeup, CallsOnTheThreadOfTheContext) {
  loop home{connection_options{}};
  calls seen;
  wakeup wake(home, &calls::call, &seen);
  std::thread([&] { wake.notify(); }).join();
  EXPECT_EQ(seen.count, 0) << "not on the notifier's thread";
  home.context().run();
  EXPECT_EQ(seen.count, 1);
  EXPECT_EQ(seen.on, std::this_thread::get_id());
}

// As the server uses it: a queue of completions filled by another thread, none lost and none twice.
struct taker {
  static constexpr int total = 20'000;
  loop home{connection_options{}};
  wakeup wake{home, &taker::take, this};
  store::completion_queue queue{[](void* owner) noexcept { static_cast<wakeup*>(owner)->notify(); },
                                &wake};
  asio::executor_work_guard<asio::io_context::executor_type> busy{home.context().get_executor()};
  int taken = 0;

  static void take(void* owner) {
    auto& self = *static_cast<taker*>(owner);
    for (auto* r = self.queue.take_all(); r != nullptr; r = r->next) ++self.taken;
    if (self.taken == total) self.busy.reset();
  }
};

TEST(Wakeup, LosesNoCompletion) {
  taker t;
  std::vector<store::append_request> requests(taker::total);
  std::thread writer([&] {
    for (auto& r : requests) t.queue.push(&r, &r);
  });
  t.home.context().run();
  writer.join();
  EXPECT_EQ(t.taken, taker::total);
}

}  // namespace
}  // namespace callgate::net
