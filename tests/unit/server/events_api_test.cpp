// SPDX-License-Identifier: Apache-2.0
#include <callgate/server/events_api.hpp>

#include <callgate/server/api_routes.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace callgate {
namespace {

using namespace std::chrono_literals;

auto read(std::string_view query) {
  return read_feed_request(*api_parameters::read(query, detail::event_parameters));
}

TEST(EventsApi, ReadsWhatIsAsked) {
  const auto plain = read("");
  EXPECT_EQ(plain->query.after, 0);
  EXPECT_EQ(plain->query.limit, 100U);
  EXPECT_EQ(plain->query.max_bytes, limits::max_feed_bytes);
  EXPECT_EQ(plain->wait, 0s);
  const auto full = read("after=7&limit=1000&wait=30&provider=kie");
  EXPECT_EQ(full->query.after, 7);
  EXPECT_EQ(full->query.limit, 1000U);
  EXPECT_EQ(full->query.provider, "kie");
  EXPECT_EQ(full->wait, 30s);
}

TEST(EventsApi, RefusesWhatIsOutOfBounds) {
  for (const char* query :
       {"after=-1", "after=", "limit=0", "limit=1001", "wait=-1", "wait=31", "wait=0.5"}) {
    const std::string name = std::string(query).substr(0, std::string(query).find('='));
    ASSERT_FALSE(read(query)) << query;
    EXPECT_NE(read(query).error().body.find("\"bad_" + name + "\""), std::string::npos) << query;
  }
}

store::stored_event event(std::string raw) {
  store::stored_event e;
  e.sequence = 9;
  e.provider = "suno";
  e.mount = "main";
  e.task_id = "t1";
  e.record_id = "r1";
  e.stage = "first";
  e.moved = true;
  e.code = 200;
  e.message = "said";
  e.received_at = 1'767'816'453'101'250;
  e.raw = std::move(raw);
  return e;
}

TEST(EventsApi, WritesOneLinePerEvent) {
  const api_answer made = events_answer({{event(R"({"a": 1})"), event("x")}, 12, 15});
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(made.content_type, "application/x-ndjson");
  EXPECT_EQ(made.next_after, 12);
  const std::string members =
      R"({"sequence":9,"provider":"suno","mount":"main","task_id":"t1","record_id":"r1",)"
      R"("stage":"first","outcome":"accepted","moved":true,"status_code":200,)"
      R"("status_message":"said","timestamp":"2026-01-07T20:07:33.101250Z",)";
  EXPECT_EQ(made.body, members + "\"raw\":{\"a\": 1}}\n" + members + "\"raw_text\":\"x\"}\n");
  EXPECT_EQ(events_answer({{}, 3, 3}).body, "");
}

TEST(EventsApi, SaysNullForWhatIsNotThere) {
  store::stored_event bare;
  const std::string line = events_answer({{bare}, 0, 0}).body;
  for (const char* name : {"record_id", "stage", "status_code", "status_message"})
    EXPECT_NE(line.find("\"" + std::string(name) + "\":null"), std::string::npos) << line;
}

TEST(EventsApi, KeepsABodyOfManyLinesInOne) {
  const std::string line = events_answer({{event("{\n \"a\":\r\n 1}\n")}, 0, 0}).body;
  EXPECT_NE(line.find("\"raw\":{  \"a\":   1} }\n"), std::string::npos) << line;
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(line.find('\r'), std::string::npos);
  const std::string text = events_answer({{event("a\nb")}, 0, 0}).body;
  EXPECT_NE(text.find(R"("raw_text":"a\nb")"), std::string::npos) << text;
  EXPECT_NE(events_answer({{event("\xff")}, 0, 0}).body.find(R"("raw_base64":"/w==")"),
            std::string::npos);
}

TEST(EventsApi, TellsAReaderThatIsAheadWhatToDo) {
  EXPECT_EQ(after_ahead(9, 3).body,
            R"({"error":"after_ahead","message":"after is 9, the last event is 3: this is another )"
            R"(store, or an older copy of it; begin again from 0"})");
}

}  // namespace
}  // namespace callgate
