// SPDX-License-Identifier: Apache-2.0
// Which task, which stage, and what the stage demands.
#include <callgate/pipeline/validation.hpp>

#include <callgate/provider/requirement.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.hpp>
#include <tests/support/received.hpp>

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace callgate {
namespace {

using suno = schemas::suno::provider;
using kie = schemas::kie::provider;
using tts_error = schemas::tts_error::provider;
using job_worker = schemas::job_worker::provider;

template <provider P>
using on_its_way = testing::on_its_way<P>;

std::string suno_body(std::string_view stage, std::string_view tracks) {
  return R"({"code":200,"msg":"said","data":{"callbackType":")" + std::string(stage) +
         R"(","task_id":"t1","data":)" + std::string(tracks) + "}}";
}

std::string failed_suno_body(std::string_view stage) {
  return R"({"code":451,"msg":"said","data":{"callbackType":")" + std::string(stage) +
         R"(","task_id":"t1","data":null}})";
}

TEST(Validation, FindsTaskStageCodeAndMessage) {
  on_its_way<suno> way;
  const std::string body = suno_body("text", "null");
  const auto event = way.validated(body);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->result(), outcome::accepted);
  EXPECT_EQ(event->bytes(), body);
  EXPECT_EQ(way.known.task_id, "t1");
  EXPECT_EQ(way.known.stage, "text");
  ASSERT_NE(way.known.known_stage, nullptr);
  EXPECT_EQ(way.known.known_stage->rank, 1);
  EXPECT_EQ(way.known.code, 200);
  EXPECT_EQ(way.known.known_code, &suno::codes[0]);
  EXPECT_EQ(way.known.message, "said");
}

TEST(Validation, FindsEveryStageOfASchema) {
  for (const stage& s : suno::stages) {
    on_its_way<suno> way;
    const std::string body = suno_body(s.name, R"([{"id":"a"}])");
    ASSERT_TRUE(way.validated(body)) << s.name;
    EXPECT_EQ(way.known.known_stage, &s);
  }
}

TEST(Validation, KeepsAnUnknownStageWithoutARank) {
  on_its_way<suno> way;
  const std::string body = suno_body("remix", "null");
  const auto event = way.validated(body);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->result(), outcome::unknown_type);
  EXPECT_EQ(way.known.stage, "remix");
  EXPECT_EQ(way.known.known_stage, nullptr);
}

TEST(Validation, DemandsWhatTheStageRequires) {
  for (const char* stage : {"first", "complete"}) {
    for (const char* tracks : {"null", "[]"}) {
      on_its_way<suno> way;
      const std::string body = suno_body(stage, tracks);
      const auto event = way.validated(body);
      ASSERT_FALSE(event) << stage << tracks;
      EXPECT_EQ(event.error().result, outcome::schema_error);
      EXPECT_EQ(event.error().reason, "/data/data: required in stage " + std::string(stage));
      EXPECT_EQ(way.known.task_id, "t1") << "quarantine wants to know whose it is";
    }
  }
  for (const char* stage : {"text", "error"}) {
    on_its_way<suno> way;
    const std::string body = suno_body(stage, "null");
    EXPECT_TRUE(way.validated(body)) << stage;
  }
}

TEST(Validation, RefusesWhatNamesNoTask) {
  on_its_way<kie> way;
  const auto event = way.validated(R"({"code":200,"msg":"ok"})", kie::routes[0]);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().result, outcome::no_task_id);
  EXPECT_EQ(event.error().reason,
            "nothing in the request names a task: looked at /taskId, /recordId, /data/task_id, "
            "/result/task_id, search for taskId, task_id, recordId, record_id, query taskId, "
            "header X-Task-Id, /id; the body has code, msg");
  EXPECT_EQ(way.known.task_id, std::nullopt);
  EXPECT_EQ(way.known.task_id_source, "");
  EXPECT_EQ(way.known.code, 200) << "what is known is kept";
  EXPECT_EQ(way.known.known_code, &kie::codes[0]);
}

TEST(Validation, TakesTheTaskFromWhereverTheSchemaLooks) {
  on_its_way<kie> by_query("/callback?taskId=q%201", "X-Task-Id: h1\r\n");
  ASSERT_TRUE(by_query.validated("{}", kie::routes[0]));
  EXPECT_EQ(by_query.known.task_id, "q 1");
  EXPECT_EQ(by_query.known.task_id_source, "query taskId");
  on_its_way<kie> by_header("/callback", "X-Task-Id: h1\r\n");
  ASSERT_TRUE(by_header.validated("{}", kie::routes[0]));
  EXPECT_EQ(by_header.known.task_id, "h1");
}

// --- identity, KIE's order

struct identity {
  std::string task_id, record_id;
  outcome result;
};

identity identify(std::string_view body, std::string_view target = "/callback",
                  std::string_view fields = "") {
  on_its_way<kie> way(target, fields);
  const auto event = way.validated(body, kie::routes[0]);
  return {std::string(way.known.task_id.value_or("")),
          std::string(way.known.record_id.value_or("")),
          event ? event->result() : event.error().result};
}

TEST(Validation, SearchesForTheTaskWhereTheSchemaSaysSo) {
  EXPECT_EQ(identify(R"({"x":{"taskId":"deep"},"data":{"task_id":"typed"}})").task_id, "typed");
  EXPECT_EQ(identify(R"({"x":{"taskId":"deep"},"data":{"recordId":"r"}})").task_id, "deep");
  EXPECT_EQ(identify(R"([{"taskId":"t2"}])").task_id, "t2");
  EXPECT_EQ(identify(R"("{\"taskId\":\"t3\"}")").task_id, "t3");
  EXPECT_EQ(identify(R"({"x":{"taskId":"b"}})", "/?taskId=q", "X-Task-Id: h\r\n").task_id, "b");
  EXPECT_EQ(identify("17", "/?taskId=q", "X-Task-Id: h\r\n").task_id, "q");
  EXPECT_EQ(identify(R"({"id":"i"})", "/", "X-Task-Id: h\r\n").task_id, "h");
  EXPECT_EQ(identify("17").result, outcome::no_task_id);
}

TEST(Validation, SearchesWhereTheBodyBreaksTheSchemasTypes) {
  EXPECT_EQ(identify(R"({"taskId":17})").task_id, "17");
  EXPECT_EQ(identify(R"({"data":{"task_id":17,"callbackType":"text"}})").task_id, "17");
  EXPECT_EQ(identify(R"({"data":"{\"taskId\":\"s\"}"})").task_id, "s");
  EXPECT_EQ(identify(R"({"data":[{"taskId":"a"}]})").task_id, "a");
  EXPECT_EQ(identify(R"({"taskId":"t","id":{}})").task_id, "t");
  EXPECT_EQ(identify(R"({"taskId":"t","data":{"callbackType":17}})").result, outcome::schema_error)
      << "a stage that cannot be read is never left out";
}

TEST(Validation, FindsTheRecordBesideTheTask) {
  EXPECT_EQ(identify(R"({"taskId":"t","recordId":"r"})").record_id, "r");
  EXPECT_EQ(identify(R"({"taskId":"t","x":["{\"record_id\":5}"]})").record_id, "5");
  EXPECT_EQ(identify(R"({"taskId":"t"})").record_id, "");
  EXPECT_EQ(identify(R"({"recordId":"r"})").task_id, "r");
  EXPECT_EQ(identify(R"({"taskId":"t","recordId":{}})").record_id, "");
}

struct record_in_header : kie {
  using record_id = source::header<"X-Record-Id">;
};

TEST(Validation, LeavesARecordIdOutThatIsTooLong) {
  for (const std::size_t size : {limits::max_task_id_bytes, limits::max_task_id_bytes + 1}) {
    const std::string id(size, 'r');
    on_its_way<record_in_header> way("/", "X-Record-Id: " + id + "\r\n");
    ASSERT_TRUE(way.validated(R"({"taskId":"t"})"));
    EXPECT_EQ(way.known.record_id.has_value(), size <= limits::max_task_id_bytes);
  }
}

TEST(Validation, BoundsTheTaskIdWhereTheSchemaCannot) {
  for (const std::size_t size : {limits::max_task_id_bytes, limits::max_task_id_bytes + 1}) {
    const std::string id(size, 't');
    on_its_way<kie> way("/callback", "X-Task-Id: " + id + "\r\n");
    const auto event = way.validated("{}", kie::routes[0]);
    if (size <= limits::max_task_id_bytes) {
      ASSERT_TRUE(event);
      EXPECT_EQ(way.known.task_id, id);
      continue;
    }
    ASSERT_FALSE(event);
    EXPECT_EQ(event.error().result, outcome::schema_error);
    EXPECT_EQ(event.error().reason, "the task id is longer than 256 bytes");
    EXPECT_EQ(way.known.task_id, std::nullopt) << "a cut id would be another task's";
  }
}

TEST(Validation, TakesAllThatArrivesForTheStageOfTheRoute) {
  on_its_way<tts_error> way;
  const auto event = way.validated(R"({"story_id":"s1","error":"e"})", tts_error::routes[0]);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->result(), outcome::accepted);
  EXPECT_EQ(way.known.stage, "failed");
  EXPECT_EQ(way.known.known_stage, &tts_error::stages[0]);
  EXPECT_EQ(way.known.message, "e");
}

// Whatever the payload calls it: "complete" would demand tracks, "remix" is no stage at all.
TEST(Validation, TakesACallbackForTheStageOfItsCode) {
  for (const char* stage : {"text", "complete", "error", "remix"}) {
    on_its_way<suno> way;
    const std::string body = failed_suno_body(stage);
    const auto event = way.validated(body);
    ASSERT_TRUE(event) << stage;
    EXPECT_EQ(event->result(), outcome::accepted) << stage;
    EXPECT_EQ(way.known.stage, "error") << stage;
    EXPECT_EQ(way.known.known_stage, &suno::stages[2]) << stage;
    EXPECT_EQ(way.known.known_code, find_code<suno>(451)) << stage;
  }
  on_its_way<kie> nowhere;
  ASSERT_TRUE(nowhere.validated(R"({"code":531,"taskId":"k1"})", kie::routes[0]));
  EXPECT_EQ(nowhere.known.stage, "error") << "KIE says no callbackType here";
}

// Its codes are listed; "done" has a stage of its own that demands a part.
struct strict_codes : suno {
  static constexpr std::array<callgate::code, 1> codes{
      {{.value = 201, .name = "finished", .applies_stage = 3}}};
};

TEST(Validation, DemandsWhatTheStageOfTheCodeRequires) {
  on_its_way<strict_codes> way;
  const auto event =
      way.validated(R"({"code":201,"msg":"m","data":{"callbackType":"text","task_id":"t1",)"
                    R"("data":null}})");
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().reason, "/data/data: required in stage complete");
}

struct coded_route : tts_error {
  using code = source::header<"X-Code">;
  static constexpr std::array<stage, 2> stages{
      {tts_error::stages[0], {.name = "gone", .rank = 9, .status = task_status::failed}}};
  static constexpr std::array<callgate::code, 1> codes{
      {{.value = 410, .name = "gone", .applies_stage = 1}}};
  static constexpr callgate::code unknown_code{.name = "unknown_code"};
};

TEST(Validation, BelievesACodeMoreThanTheRoute) {
  on_its_way<coded_route> gone("/", "X-Code: 410\r\n");
  ASSERT_TRUE(gone.validated(R"({"story_id":"s1","error":"e"})"));
  EXPECT_EQ(gone.known.stage, "gone");
  on_its_way<coded_route> other("/", "X-Code: 411\r\n");
  ASSERT_TRUE(other.validated(R"({"story_id":"s1","error":"e"})"));
  EXPECT_EQ(other.known.stage, "failed") << "a code without a stage leaves the route's";
  EXPECT_EQ(other.known.known_code, &coded_route::unknown_code);
}

TEST(Validation, KnowsNothingOfACodeThatIsNotThere) {
  on_its_way<kie> without;
  ASSERT_TRUE(without.validated(R"({"taskId":"k1"})", kie::routes[0]));
  EXPECT_EQ(without.known.known_code, nullptr);
  on_its_way<kie> unlisted;
  ASSERT_TRUE(unlisted.validated(R"({"code":402,"taskId":"k1"})", kie::routes[0]));
  EXPECT_EQ(unlisted.known.known_code, &kie::unknown_code);
  EXPECT_EQ(unlisted.known.stage, std::nullopt) << "an unknown code moves nothing";
  on_its_way<tts_error> no_table;
  ASSERT_TRUE(no_table.validated(R"({"story_id":"s1","error":"e"})", tts_error::routes[0]));
  EXPECT_EQ(no_table.known.known_code, nullptr);
}

TEST(Validation, AcceptsAnEventWithoutAStage) {
  on_its_way<kie> way;
  const auto event = way.validated(R"({"taskId":"k1"})", kie::routes[0]);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->result(), outcome::accepted);
  EXPECT_EQ(way.known.stage, std::nullopt);
  EXPECT_EQ(way.known.known_stage, nullptr);
}

TEST(Validation, GivesAReasonEvenWithoutMemory) {
  on_its_way<suno> way;
  const std::string body = suno_body("first", "null");
  const auto event = way.parsed(body);
  ASSERT_TRUE(event);
  arena none;
  const auto refused = validation<suno>::run(*event, way.request, suno::routes[0], none, way.known);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().result, outcome::schema_error);
  EXPECT_EQ(refused.error().reason, "a value that the stage requires is absent");
}

}  // namespace
}  // namespace callgate
