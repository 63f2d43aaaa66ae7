// SPDX-License-Identifier: Apache-2.0
// Handlers of a server: whatever they do, callbacks are answered, and the server stops.
#include <callgate/server/server.hpp>

#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/store/memory.hpp>
#include <tests/support/echo_server.hpp>
#include <tests/support/raw_client.hpp>
#include <tests/support/signed_request.hpp>

#include <asio/cancellation_state.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <pthread.h>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace callgate {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using suno = schemas::suno::provider;
using testing::eventually;
using testing::raw_client;
using testing::status_line;

options local() {
  options how;
  how.port = 0;
  how.threads = 1;
  return how;
}

std::string post(std::string_view path, std::string_view task) {
  const std::string body = R"({"code":200,"msg":"ok","data":{"callbackType":"text","task_id":")" +
                           std::string(task) + R"(","data":null}})";
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
         testing::suno_signature(body) + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

template <class Handler>
auto named(std::string name, Handler handler) {
  auto made = mount<suno>(std::move(handler));
  made.path = "/" + name;
  made.name = std::move(name);
  made.retries = {.first_delay = 1ms, .max_delay = 1ms, .max_attempts = 3};
  return made;
}

asio::awaitable<void> wait(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}
asio::awaitable<void> wait_stubbornly(const event<suno>&) {
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await wait(1h);
}

struct watched_store : store::memory {
  std::atomic<int> cursors_saved{0}, put_aside{0};

  store::errc save_cursor(std::string_view consumer, std::int64_t sequence) {
    ++cursors_saved;
    return store::memory::save_cursor(consumer, sequence);
  }
  store::errc dead_letter(std::string_view consumer, std::int64_t sequence, std::size_t attempts,
                          std::string_view error) {
    ++put_aside;
    return store::memory::dead_letter(consumer, sequence, attempts, error);
  }
};

class ServerHandlers : public ::testing::Test {
 protected:
  ServerHandlers() { setenv("SUNO_WEBHOOK_SECRET", std::string(testing::test_secret).c_str(), 1); }

  watched_store store;
};

TEST_F(ServerHandlers, NeverHarmAnAnswer) {
  std::atomic<bool> release{false};
  std::atomic<int> thrown{0}, handled{0};
  server running(
      local(), store,
      named("sleeps", [&](const event<suno>&) { eventually([&] { return release.load(); }); }),
      named("throws", [&](const event<suno>&) { ++thrown, throw std::runtime_error("mine"); }),
      named("waits", wait_stubbornly),
      named("fails",
            [&](const event<suno>&) -> asio::awaitable<bool> {
              co_await wait(1ms);
              co_return false;
            }),
      named("works", [&](const event<suno>&) -> asio::awaitable<void> {
        co_await wait(1ms);
        ++handled;
      }));
  running.start();
  raw_client client(running.port());
  const auto began = clock::now();
  for (int i = 0; i < 20; ++i)
    for (const char* path : {"/sleeps", "/throws", "/waits", "/fails", "/works"})
      EXPECT_EQ(status_line(client.exchange(post(path, std::to_string(i)))), "HTTP/1.1 200 OK");
  EXPECT_TRUE(eventually([&] { return handled == 20 && thrown == 60; }))
      << handled << " of 20 handled, tried " << thrown << " times of 60";
  EXPECT_LT(clock::now() - began, 20s);
  release = true;
}

TEST_F(ServerHandlers, AreCoroutinesOfAThreadThatIsNoneOfTheServers) {
  std::mutex mutex;
  std::vector<std::string> names;
  server running(local(), store, named("a", [&](const event<suno>&) -> asio::awaitable<void> {
                   co_await wait(1ms);
                   std::array<char, 16> name{};
                   pthread_getname_np(pthread_self(), name.data(), name.size());
                   const std::lock_guard lock(mutex);
                   names.emplace_back(name.data());
                 }));
  running.start();
  raw_client client(running.port());
  (void)client.exchange(post("/a", "t1"));
  ASSERT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return names.size() == 1;
  }));
  EXPECT_EQ(names[0], "callgate-fx");
}

TEST_F(ServerHandlers, AreTriedAgainAndThenPutAsideAsCoroutinesToo) {
  std::atomic<int> attempts{0}, later{0};
  server running(local(), store, named("a", [&](const event<suno>& e) -> asio::awaitable<void> {
                   co_await wait(1ms);
                   if (e.task_id == "hopeless") throw effects::permanent_failure("no use");
                   if (e.task_id == "bad") ++attempts, throw std::runtime_error("mine");
                   ++later;
                 }));
  running.start();
  raw_client client(running.port());
  for (const char* task : {"bad", "hopeless", "good"}) (void)client.exchange(post("/a", task));
  ASSERT_TRUE(eventually([&] { return later == 1; }));
  EXPECT_EQ(attempts, 3);
  const auto dead = store.dead_letters("handler:a", 9);
  ASSERT_TRUE(dead);
  ASSERT_EQ(dead->size(), 2U);
  EXPECT_EQ((*dead)[0].error, "mine");
  EXPECT_EQ((*dead)[1].error, "no use");
}

// Several of them together take no longer than one.
TEST_F(ServerHandlers, MayWaitForEverAndTheServerStops) {
  server running(local(), store, named("a", wait_stubbornly), named("b", wait_stubbornly));
  running.start();
  raw_client client(running.port());
  (void)client.exchange(post("/a", "t1"));
  (void)client.exchange(post("/b", "t2"));
  std::this_thread::sleep_for(50ms);
  const auto began = clock::now();
  running.stop();
  const auto bound = limits::handler_finish_time + limits::handler_cancel_time;
  EXPECT_LT(clock::now() - began, bound + 2s);
  EXPECT_EQ(store.cursors_saved, 0) << "what did not finish comes again";
  EXPECT_EQ(store.put_aside, 0);
}

}  // namespace
}  // namespace callgate
