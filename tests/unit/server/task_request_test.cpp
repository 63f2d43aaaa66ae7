// SPDX-License-Identifier: Apache-2.0
// The body of POST /api/tasks, and what is said about a bad one.
#include <callgate/server/task_request.hpp>

#include <callgate/server/api_body.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {
namespace {

constexpr std::array<std::string_view, 2> types{"image", "video"};
constexpr std::array<context_field, 5> fields{{
    {"user_id", column_type::text, 8},
    {"job_type", column_type::text, 64, types},
    {"steps", column_type::integer},
    {"rate", column_type::real},
    {"is_draft", column_type::boolean},
}};

class TaskRequest : public ::testing::Test {
 protected:
  static std::string bad_body(const std::string& message) {
    return api_error(400, "bad_body", message).body;
  }

  std::string refusal(std::string_view body) {
    const auto read = read_api_body<task_request>(body, body_room);
    if (!read) return read.error().body;
    if (!read->context) return "";
    const auto context = read_task_context(*read->context, fields, memory);
    return context ? "" : context.error();
  }

  std::vector<std::byte> room = std::vector<std::byte>(16 * 1024);
  arena memory{room};
  std::vector<std::byte> body_room;
};

TEST_F(TaskRequest, SaysWhichTaskIsExpected) {
  const auto read = read_api_body<task_request>(
      R"({"provider":"kie","task_id":"t\u0031","attempt":2})", body_room);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->provider, "kie");
  EXPECT_EQ(read->task_id, "t1");
  EXPECT_EQ(read->attempt, 2);
  EXPECT_FALSE(read->context);
}

TEST_F(TaskRequest, BringsAContextOfTheDeclaredTypes) {
  const auto read = read_api_body<task_request>(
      R"({"provider":"p","task_id":"t","context":{"user_id":"\u00e4b","job_type":"video",)"
      R"("steps":4,"rate":1.5,"is_draft":false}})",
      body_room);
  ASSERT_TRUE(read);
  const auto context = read_task_context(*read->context, fields, memory);
  ASSERT_TRUE(context);
  ASSERT_EQ(context->size(), 5U);
  EXPECT_EQ(context->at(0).name, "user_id");
  EXPECT_EQ(context->at(0).value.text,
            "\xC3\xA4"
            "b");
  EXPECT_EQ(context->at(1).value.text, "video");
  EXPECT_EQ(context->at(2).value.integer, 4);
  EXPECT_EQ(context->at(3).value.number, 1.5);
  EXPECT_EQ(context->at(4).value.kind, scalar::type::boolean);
}

TEST_F(TaskRequest, ForgetsAContextValueThatIsNull) {
  const auto read = read_api_body<task_request>(
      R"({"provider":"p","task_id":"t","context":{"steps":null}})", body_room);
  const auto context = read_task_context(*read->context, fields, memory);
  ASSERT_EQ(context->size(), 1U);
  EXPECT_EQ(context->at(0).value.kind, scalar::type::null);
}

TEST_F(TaskRequest, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(refusal("{"), bad_body("unexpected_end at byte 1"));
  EXPECT_EQ(refusal(R"({"provider":"p"})"), bad_body("/task_id: required"));
  EXPECT_EQ(refusal(R"({"provider":"p","task_id":""})"), bad_body("/task_id: minLength"));
  EXPECT_EQ(refusal(R"({"provider":"p","task_id":"t","attempt":0})"),
            bad_body("/attempt: minimum"));
  EXPECT_EQ(refusal(R"({"provider":"p","task_id":"t","tries":1})"),
            bad_body("/tries: unknown_members"));
  const auto of = [&](const char* context) {
    return refusal(R"({"provider":"p","task_id":"t","context":)" + std::string(context) + "}");
  };
  EXPECT_EQ(of("[]"), "/context: must be an object");
  EXPECT_EQ(of(R"({"user":"x"})"),
            "/context/user: the provider's context has no such member; it has user_id, job_type, "
            "steps, rate, is_draft");
  EXPECT_EQ(of(R"({"user_id":1})"), "/context/user_id: must be a string");
  EXPECT_EQ(of(R"({"user_id":"123456789"})"), "/context/user_id: longer than 8 bytes");
  EXPECT_EQ(of(R"({"job_type":"audio"})"), "/context/job_type: 'audio' is none of image, video");
  EXPECT_EQ(of(R"({"steps":1.5})"), "/context/steps: must be an integer");
  EXPECT_EQ(of(R"({"is_draft":"yes"})"), "/context/is_draft: must be true or false");
}

TEST_F(TaskRequest, KnowsProvidersWithoutAContext) {
  const auto none = read_task_context(json::raw_value{R"({"a":1})"}, {}, memory);
  EXPECT_EQ(none.error(), "/context/a: the provider's context has no such member; it has none");
}

}  // namespace
}  // namespace callgate
