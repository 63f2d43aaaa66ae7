// SPDX-License-Identifier: Apache-2.0
// From verified bytes to a payload, or to a reason that people understand.
#include <callgate/pipeline/parsing.hpp>

#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.hpp>
#include <tests/support/received.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace callgate {
namespace {

using suno = schemas::suno::provider;
using on_its_way = testing::on_its_way<suno>;

constexpr std::string_view good =
    R"({"code":200,"msg":"ok","data":{"callbackType":"first","task_id":"t1",)"
    R"("data":[{"id":"a","duration":1.5}]}})";

TEST(Parsing, MakesThePayloadAndKeepsTheBytes) {
  on_its_way way;
  const auto event = way.parsed(good);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->bytes().data(), good.data()) << "no copy";
  EXPECT_EQ(event->payload().data.task_id, "t1");
  EXPECT_EQ(way.known.payload, &event->payload());
  EXPECT_EQ(way.known.dropped_members, 0U);
}

TEST(Parsing, CountsWhatItDropped) {
  on_its_way way;
  ASSERT_TRUE(way.parsed(R"({"code":200,"msg":"ok","data":{"callbackType":"first","task_id":"t1",)"
                         R"("data":[{"id":"a","duration":-1,"title":7}]}})"));
  EXPECT_EQ(way.known.dropped_members, 2U);
}

// KIE requires no member and drops bad ones: what is found in the bytes decides.
TEST(Parsing, TakesABodyOfAnotherShapeWhereNothingIsRequired) {
  using kie = schemas::kie::provider;
  for (const char* body : {R"([{"taskId":"t"}])", "17", R"("{}")", "null"}) {
    testing::on_its_way<kie> way;
    const auto event = way.parsed(body);
    ASSERT_TRUE(event) << body;
    EXPECT_FALSE(event->payload().task_id || event->payload().data);
    EXPECT_EQ(event->bytes(), body);
    EXPECT_EQ(way.known.dropped_members, 1U);
  }
  testing::on_its_way<kie> way;
  const auto event = way.parsed("[17");
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().result, outcome::bad_json);
}

void expect_refused(std::string_view body, outcome result, std::string_view reason) {
  on_its_way way;
  const auto event = way.parsed(body);
  ASSERT_FALSE(event) << body;
  EXPECT_EQ(event.error().result, result) << body;
  EXPECT_TRUE(event.error().reason.starts_with(reason)) << event.error().reason;
  EXPECT_EQ(way.known.payload, nullptr) << "answers must not read half a payload";
}

TEST(Parsing, TellsBadJsonFromABrokenSchema) {
  expect_refused("", outcome::bad_json, "");
  expect_refused("bad json", outcome::bad_json, "");
  expect_refused(good.substr(0, good.size() - 1), outcome::bad_json, "");
  expect_refused("{\"code\":200,\"msg\":\"\xff\"}", outcome::bad_json, "");
  expect_refused("[]", outcome::schema_error, "(root): type");
  expect_refused(R"({"code":200,"msg":"ok"})", outcome::schema_error, "/data: required");
  expect_refused(R"({"code":99,"msg":"ok"})", outcome::schema_error, "/code: minimum");
}

TEST(Parsing, GivesAReasonEvenWithoutRoomForTheWholeText) {
  on_its_way way;
  const auto body = way.verified(R"({"code":200,"msg":"ok"})");
  ASSERT_NE(way.memory.allocate(way.memory.capacity() - sizeof(suno::payload) - 64, 1), nullptr);
  const auto event = parsing<suno>::run(*body, way.memory, way.known);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().result, outcome::schema_error);
  EXPECT_EQ(event.error().reason, "required");
}

// The sender did nothing wrong: it must neither be quarantined nor told so.
TEST(Parsing, TakesAFullArenaForAFaultOfOurs) {
  on_its_way way;
  const auto body = way.verified(good);
  arena none;
  const auto event = parsing<suno>::run(*body, none, way.known);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().result, outcome::store_error);
  EXPECT_EQ(event.error().reason, "the request's arena is too small");
}

TEST(Parsing, TakesAnArenaThatFillsUpMeanwhileForAFaultOfOursToo) {
  std::string long_text = R"({"code":200,"msg":")";
  for (int i = 0; i < 200; ++i) long_text += "\\n";
  long_text += R"(","data":{"callbackType":"text","task_id":"t1","data":null}})";
  on_its_way way;
  const auto body = way.verified(long_text);
  std::array<std::byte, sizeof(suno::payload) + 100> room;
  arena small(room);
  const auto event = parsing<suno>::run(*body, small, way.known);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().result, outcome::store_error);
  EXPECT_EQ(way.known.payload, nullptr);
}

}  // namespace
}  // namespace callgate
