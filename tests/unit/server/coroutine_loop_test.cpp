// SPDX-License-Identifier: Apache-2.0
// Handlers that are coroutines: how they run, how they end, how they are ended.
#include <callgate/server/coroutine_loop.hpp>

#include <asio/cancellation_state.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

namespace callgate {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using asio::awaitable;

constexpr coroutine_loop::patience short_patience{30ms, 30ms};

awaitable<void> wait(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}
awaitable<bool> answer(bool value) {
  co_await wait(1ms);
  co_return value;
}
awaitable<void> fail(std::string text) {
  co_await wait(1ms);
  throw std::runtime_error(text);
}

// Notes the end of a coroutine, whatever ends it.
struct noted {
  bool& ended;
  ~noted() { ended = true; }
};
awaitable<void> wait_for_ever(bool& ended, int& refusals) {
  const noted at_the_end{ended};
  for (;;) {
    try {
      co_await wait(1h);
    } catch (const std::system_error&) {
      if (++refusals == 2) throw;
    }
  }
}
// Heeds no cancellation.
awaitable<void> wait_stubbornly(bool& ended) {
  const noted at_the_end{ended};
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await wait(1h);
}

TEST(CoroutineLoop, GivesWhatTheCoroutineReturns) {
  coroutine_loop loop;
  EXPECT_TRUE(loop.run(answer(true)));
  EXPECT_FALSE(loop.run(answer(false)));
  EXPECT_TRUE(loop.run(wait(1ms)));
}

TEST(CoroutineLoop, ThrowsWhatTheCoroutineThrowsAndRunsTheNext) {
  coroutine_loop loop;
  try {
    loop.run(fail("mine"));
    FAIL() << "nothing thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()), "mine");
  }
  EXPECT_TRUE(loop.run(answer(true)));
}

TEST(CoroutineLoop, RunsTheCoroutineOnTheCallersThread) {
  coroutine_loop loop;
  asio::thread_pool elsewhere(1);
  const auto look = [&]() -> awaitable<bool> {
    const auto here = std::this_thread::get_id();
    co_await asio::post(elsewhere, asio::use_awaitable);
    co_return std::this_thread::get_id() == here;
  };
  EXPECT_TRUE(loop.run(look())) << "also behind what another thread has done";
  std::thread other([&] { EXPECT_TRUE(loop.run(look())); });
  other.join();
}

// Interrupts from another thread while the coroutine waits; how long that took.
template <class Task>
std::chrono::milliseconds interrupted_run(coroutine_loop& loop, Task task) {
  std::thread other([&] {
    std::this_thread::sleep_for(20ms);
    loop.interrupt();
    loop.interrupt();
  });
  const auto began = clock::now();
  try {
    loop.run(std::move(task));
  } catch (...) {
    other.join();
    throw;
  }
  other.join();
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - began);
}

TEST(CoroutineLoop, LetsACoroutineFinishThatDoesSoonAfterTheInterruption) {
  coroutine_loop loop({.finish_within = 10s, .cancel_within = 0ms});
  EXPECT_LT(interrupted_run(loop, wait(60ms)), 5s);
  EXPECT_TRUE(loop.run(answer(true))) << "and the next one, if there is any";
}

TEST(CoroutineLoop, CancelsACoroutineThatDoesNotFinish) {
  coroutine_loop loop({.finish_within = 30ms, .cancel_within = 10s});
  bool ended = false;
  int refusals = 0;
  const auto began = clock::now();
  EXPECT_THROW(interrupted_run(loop, wait_for_ever(ended, refusals)), std::system_error)
      << "its own end, after it was told";
  EXPECT_LT(clock::now() - began, 5s);
  EXPECT_EQ(refusals, 2) << "nothing can be awaited any more";
  EXPECT_TRUE(ended);
}

TEST(CoroutineLoop, DestroysACoroutineThatHeedsNoCancellation) {
  coroutine_loop loop(short_patience);
  bool ended = false;
  EXPECT_THROW(interrupted_run(loop, wait_stubbornly(ended)), handler_interrupted);
  EXPECT_TRUE(ended) << "before run() comes back, since the coroutine refers to the event";
  EXPECT_THROW(loop.run(answer(true)), handler_interrupted) << "nothing runs from then on";
}

// A wait that another executor ends, later than the loop has.
TEST(CoroutineLoop, OutlivesWhatIsAwaitedElsewhere) {
#ifdef __SANITIZE_ADDRESS__
  __lsan_disable();  // what such a coroutine holds stays for ever
#endif
  asio::thread_pool elsewhere(1);
  std::promise<void> go;
  asio::post(elsewhere, [&] { go.get_future().wait(); });
  {
    coroutine_loop loop(short_patience);
    const auto task = [&]() -> awaitable<void> {
      co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
      co_await asio::post(elsewhere, asio::use_awaitable);
      ADD_FAILURE() << "it must not go on";
    };
    EXPECT_THROW(interrupted_run(loop, task()), handler_interrupted);
  }
  go.set_value();
  elsewhere.join();
#ifdef __SANITIZE_ADDRESS__
  __lsan_enable();
#endif
}

}  // namespace
}  // namespace callgate
