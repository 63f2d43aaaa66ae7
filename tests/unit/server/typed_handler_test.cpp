// SPDX-License-Identifier: Apache-2.0
// From stored bytes to a handler's event.
#include <callgate/server/typed_handler.hpp>

#include <callgate/schemas/suno.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

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
  return typed_handler<suno, Handler>(handler);
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

}  // namespace
}  // namespace callgate
