// SPDX-License-Identifier: Apache-2.0
// From stored bytes to a handler's event.
#include <callgate/server/typed_handler.hpp>

#include <callgate/schemas/suno.hpp>

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace callgate {
namespace {

using suno = schemas::suno::provider;

store::stored_event stored(std::string raw) {
  store::stored_event e;
  e.sequence = 5;
  e.mount = "main";
  e.task_id = "t1";
  e.stage = "first";
  e.result = outcome::conflict;
  e.moved = true;
  e.received_at = 7;
  e.raw = std::move(raw);
  return e;
}

const std::string good =
    R"({"code":200,"msg":"a\nb","data":{"callbackType":"first","task_id":"t1","data":[)"
    R"({"id":"1"},{"id":"2"},{"id":"3"},{"id":"4"},{"id":"5"},{"id":"6","duration":-1}]}})";

template <class Handler>
typed_handler<suno, Handler> typed(Handler handler) {
  return typed_handler<suno, Handler>(std::move(handler));
}

TEST(TypedHandler, GivesTheHandlerTheWholeEvent) {
  int calls = 0;
  auto handler = typed([&](const event<suno>& e) {
    ++calls;
    EXPECT_EQ(e.sequence, 5);
    EXPECT_EQ(e.mount, "main");
    EXPECT_EQ(e.task_id, "t1");
    EXPECT_EQ(e.stage, "first");
    EXPECT_EQ(e.result, outcome::conflict);
    EXPECT_TRUE(e.moved);
    EXPECT_EQ(e.received_at, 7);
    EXPECT_EQ(e.raw, good);
    EXPECT_EQ(e.payload.code, 200);
    EXPECT_EQ(e.payload.msg, "a\nb") << "decoded into memory that lives during the call";
    ASSERT_TRUE(e.payload.data.tracks);
    ASSERT_EQ(e.payload.data.tracks->size(), 6U) << "more than fit inline";
    EXPECT_EQ((*e.payload.data.tracks)[5].id, "6");
    EXPECT_FALSE((*e.payload.data.tracks)[5].duration) << "with the provider's tolerance";
  });
  EXPECT_TRUE(handler(stored(good)));
  EXPECT_EQ(calls, 1);
}

TEST(TypedHandler, PassesOnWhatTheHandlerSays) {
  EXPECT_TRUE(typed([](const event<suno>&) { return true; })(stored(good)));
  EXPECT_FALSE(typed([](const event<suno>&) { return false; })(stored(good)));
  auto throwing = typed([](const event<suno>&) { throw std::runtime_error("mine"); });
  EXPECT_THROW(throwing(stored(good)), std::runtime_error);
}

TEST(TypedHandler, ThrowsWhenTheSchemaHasChangedSince) {
  auto handler = typed([](const event<suno>&) { FAIL() << "not to be called"; });
  try {
    handler(stored(R"({"code":200,"msg":"ok"})"));
    FAIL() << "nothing thrown";
  } catch (const effects::permanent_failure& error) {
    EXPECT_EQ(std::string(error.what()),
              "the stored body does not fit the schema any more: /data: required");
  }
}

// --- coroutines

asio::awaitable<void> wait(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

TEST(TypedHandler, KeepsTheEventWhileACoroutineWaits) {
  int calls = 0;
  auto handler = typed([&](const event<suno>& e) -> asio::awaitable<void> {
    co_await wait(std::chrono::milliseconds(5));
    ++calls;
    EXPECT_EQ(e.task_id, "t1");
    EXPECT_EQ(e.raw, good);
    EXPECT_EQ(e.payload.msg, "a\nb") << "decoded into memory that lives until the end";
    EXPECT_EQ((*e.payload.data.tracks)[5].id, "6");
  });
  EXPECT_TRUE(handler(stored(good)));
  EXPECT_TRUE(handler(stored(good)));
  EXPECT_EQ(calls, 2);
}

TEST(TypedHandler, PassesOnWhatACoroutineSays) {
  const auto answer = [](bool value) {
    return [value](const event<suno>&) -> asio::awaitable<bool> {
      co_await wait(std::chrono::milliseconds(1));
      co_return value;
    };
  };
  EXPECT_TRUE(typed(answer(true))(stored(good)));
  EXPECT_FALSE(typed(answer(false))(stored(good)));
  auto throwing = typed([](const event<suno>&) -> asio::awaitable<void> {
    co_await wait(std::chrono::milliseconds(1));
    throw effects::permanent_failure("mine");
  });
  EXPECT_THROW(throwing(stored(good)), effects::permanent_failure);
}

// Both the function that makes the coroutine and what it captures may be one of a kind.
TEST(TypedHandler, OwnsAHandlerThatCannotBeCopied) {
  auto function =
      typed([owned = std::make_unique<int>(3)](const event<suno>&) { return *owned == 3; });
  EXPECT_TRUE(function(stored(good)));
  auto coroutine =
      typed([owned = std::make_unique<int>(3)](const event<suno>&) -> asio::awaitable<bool> {
        co_await wait(std::chrono::milliseconds(1));
        co_return *owned == 3;
      });
  EXPECT_TRUE(coroutine(stored(good)));
}

TEST(TypedHandler, IsInterruptedAsItsCoroutineIs) {
  auto function = typed([](const event<suno>&) {});
  function.interrupt();
  EXPECT_TRUE(function(stored(good))) << "a function is not told";
  bool cancelled = false;
  auto waiting = typed([&](const event<suno>&) -> asio::awaitable<void> {
    try {
      co_await wait(std::chrono::hours(1));
    } catch (const std::system_error&) {
      cancelled = true;
      throw;
    }
  });
  waiting.interrupt();
  EXPECT_THROW(waiting(stored(good)), std::system_error);
  EXPECT_TRUE(cancelled);
}

}  // namespace
}  // namespace callgate
