// SPDX-License-Identifier: Apache-2.0
// POST /api/tasks: which mount is meant (api_context), and what is answered.
#include <callgate/server/tasks_api.hpp>

#include <callgate/store/memory.hpp>
#include <tests/support/fake_store.hpp>
#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace callgate {
namespace {

using testing::sample_record_set;

class TasksApi : public ::testing::Test {
 protected:
  std::string post(std::string_view body) {
    const api_answer got = answer_task(store, body, about);
    return std::to_string(got.status) + " " + got.body;
  }

  store::memory store;
  api_context about{{},
                    {{"suno", "suno", &sample_record_set},
                     {"eu", "kie", &sample_record_set},
                     {"us", "kie", &sample_record_set}}};
};

TEST_F(TasksApi, RegistersATaskOnce) {
  const std::string first = post(R"({"provider":"suno","task_id":"t1","context":{"user":"u"}})");
  EXPECT_TRUE(first.starts_with(R"(201 {"id":")")) << first;
  EXPECT_TRUE(first.ends_with(
      R"("provider":"suno","mount":"suno","task_id":"t1","attempt":1,"status":"pending",)"
      R"("callback_progress":null,"callbacks":0,"context":{"user":"u"}})"))
      << first;
  const std::string again = post(R"({"provider":"suno","task_id":"t1"})");
  EXPECT_TRUE(again.starts_with("200 ")) << again;
  EXPECT_TRUE(again.ends_with(R"("context":{}})")) << again;
  const std::string more =
      post(R"({"provider":"suno","task_id":"t1","context":{"rated":true,"user":null}})");
  EXPECT_TRUE(more.ends_with(R"("context":{"rated":true,"user":null}})")) << more;
}

TEST_F(TasksApi, TellsHowFarATaskIsThatWasNotExpected) {
  auto c = testing::suno_callback("first", {"A"});
  c.mount = "suno";
  testing::post_with_records(store, c);
  const std::string joined = post(R"({"provider":"suno","task_id":"task-1"})");
  EXPECT_TRUE(joined.starts_with("200 ")) << joined;
  EXPECT_TRUE(joined.ends_with(
      R"("status":"processing","callback_progress":"first","callbacks":1,"context":{}})"))
      << joined;
}

TEST_F(TasksApi, WantsToKnowWhichMountIsMeant) {
  EXPECT_TRUE(post(R"({"provider":"eu","task_id":"t"})").starts_with("201 "));
  EXPECT_EQ(
      post(R"({"provider":"kie","task_id":"t"})"),
      R"(409 {"error":"ambiguous","message":"'kie' is mounted more than once: say which mount )"
      R"(is meant"})");
  EXPECT_EQ(post(R"({"provider":"sumo","task_id":"t"})"),
            R"(400 {"error":"unknown_provider","message":"/provider: 'sumo' is not mounted; known )"
            R"(are suno, eu, us"})");
}

TEST_F(TasksApi, SaysWhatIsWrongWithTheBody) {
  EXPECT_EQ(post(R"({"provider":"suno"})"),
            R"(400 {"error":"bad_body","message":"/task_id: required"})");
  EXPECT_EQ(post(R"({"provider":"suno","task_id":"t","context":{"user":7}})"),
            R"(400 {"error":"bad_body","message":"/context/user: must be a string"})");
  EXPECT_EQ(post(""), R"(400 {"error":"bad_body","message":"unexpected_end at byte 0"})");
}

TEST_F(TasksApi, RefusesAnAttemptThatIsOver) {
  post(R"({"provider":"suno","task_id":"t","attempt":3})");
  EXPECT_EQ(post(R"({"provider":"suno","task_id":"t","attempt":2})"),
            R"(409 {"error":"outdated_attempt","message":"attempt 3 is registered already"})");
}

TEST_F(TasksApi, SaysWhenTheStoreCannot) {
  testing::fake_store failing;
  failing.reading_fails = store::errc::busy;
  EXPECT_EQ(answer_task(failing, R"({"provider":"suno","task_id":"t"})", about).status, 503);
}

}  // namespace
}  // namespace callgate
