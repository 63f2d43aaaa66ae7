// SPDX-License-Identifier: Apache-2.0
// Registering tasks from C++: which mount is meant, what a context takes, and every refusal.
#include <callgate/server/register_task.hpp>

#include <callgate/pipeline/records.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/store/memory.hpp>
#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace callgate {
namespace {

constexpr std::array<std::string_view, 2> kinds{"song", "clip"};
constexpr std::array<context_field, 4> fields{{
    {.name = "kind", .type = column_type::text, .max_bytes = 8, .names = kinds},
    {.name = "length", .type = column_type::integer},
    {.name = "weight", .type = column_type::real},
    {.name = "public", .type = column_type::boolean},
}};

const record_set& jobs = records_of<schemas::job_worker::provider>;
const record_set& music = records_of<schemas::suno::provider>;

struct RegisterTask : ::testing::Test {
  store::memory store;
  std::vector<api_mount> mounts{
      {"job_worker", "job_worker", &jobs}, {"suno", "suno", &music}, {"suno-eu", "suno", &music}};

  auto expect_task(const expected_task& task, const record_set& set = jobs) {
    return register_task(store, mounts, set, task);
  }
  // "" when it is taken.
  std::string refusal(const expected_task& task, const record_set& set = jobs) {
    const auto got = expect_task(task, set);
    return got ? "" : std::string{enum_name(got.error().why)} + ": " + got.error().message;
  }
};

TEST_F(RegisterTask, SaysWhatIsKnownOfTheTask) {
  const auto first =
      expect_task({.task_id = "j1", .context = {{"job_type", "video_fast"}, {"user_id", "u1"}}});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_TRUE(first->created);
  EXPECT_EQ(first->attempt, 1);
  EXPECT_EQ(first->status, task_status::pending);
  const auto again = expect_task({.task_id = "j1", .attempt = 3});
  EXPECT_FALSE(again->created);
  EXPECT_EQ(again->attempt, 3);
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(store.find("j1", "job_worker", 9)->size(), 1U);
  const auto rows = store.records(jobs, "job_worker", "j1");
  EXPECT_TRUE(rows) << "its context is checked as POST /api/tasks does";
}

TEST_F(RegisterTask, MeansTheOnlyMountOrTheOneThatIsNamed) {
  EXPECT_EQ(refusal({.task_id = "j1"}), "");
  EXPECT_EQ(refusal({.task_id = "s1", .mount = "suno-eu"}, music), "");
  EXPECT_EQ(store.find("s1", "suno-eu", 9)->size(), 1U);
  EXPECT_EQ(refusal({.task_id = "s1"}, music),
            "ambiguous_mount: suno is mounted more than once: say which mount is meant; known are "
            "suno, suno-eu");
  EXPECT_EQ(refusal({.task_id = "s1", .mount = "suno-us"}, music),
            "unknown_mount: 'suno-us' is no mount of suno; known are suno, suno-eu");
  EXPECT_EQ(refusal({.task_id = "s1", .mount = "suno"}),
            "unknown_mount: 'suno' is no mount of job_worker; known are job_worker");
}

TEST_F(RegisterTask, RefusesIdsAndAttemptsOutOfBounds) {
  const std::string longest(256, 'x'), longer(257, 'x');
  EXPECT_EQ(refusal({.task_id = longest}), "");
  for (const std::string& id : {std::string{}, longer, std::string{"\xff"}})
    EXPECT_EQ(refusal({.task_id = id}), "bad_task_id: a task id has 1 to 256 bytes of UTF-8");
  for (const std::int64_t attempt : {0, -1, 1'000'001})
    EXPECT_EQ(refusal({.task_id = "j1", .attempt = attempt}),
              "bad_attempt: an attempt is from 1 to 1000000");
  EXPECT_EQ(refusal({.task_id = "j1", .attempt = 1'000'000}), "");
  EXPECT_EQ(refusal({.task_id = "j1", .attempt = 2}),
            "outdated_attempt: attempt 1000000 is registered already");
}

TEST_F(RegisterTask, SaysWhyTheStoreDidNotTakeIt) {
  store.stop();
  EXPECT_EQ(refusal({.task_id = "j1"}), "store_unavailable: the store cannot be used now: stopped");
}

TEST_F(RegisterTask, ChecksNamesBeforeAnythingIsStored) {
  EXPECT_TRUE(refusal({.task_id = "j1", .context = {{"nobody", 1}}})
                  .starts_with("bad_context: context nobody: the provider's context has no such "
                               "member; it has job_type, "));
  EXPECT_TRUE(store.find("j1", "", 9)->empty());
}

// The value as it is stored, or why not.
std::string checked(const context_argument& given) {
  const auto got = detail::check_context(std::vector{given}, fields);
  if (!got) return got.error().message;
  const scalar& value = got->front().value;
  switch (value.kind) {
    case scalar::type::cleared:
    case scalar::type::null: return "null";
    case scalar::type::text: return std::string{value.text};
    case scalar::type::integer: return "i" + std::to_string(value.integer);
    case scalar::type::number: return "n" + std::to_string(value.number);
    case scalar::type::boolean: return value.boolean ? "true" : "false";
  }
  return {};
}

TEST(RegisterTaskContext, TakesWhatTheSchemaSays) {
  EXPECT_EQ(checked({"kind", "clip"}), "clip");
  EXPECT_EQ(checked({"length", 7}), "i7");
  EXPECT_EQ(checked({"weight", 1.5}), "n1.500000");
  EXPECT_EQ(checked({"weight", 2}), "n2.000000") << "an integer is a number";
  EXPECT_EQ(checked({"public", false}), "false");
  for (const char* name : {"kind", "length", "weight", "public"})
    EXPECT_EQ(checked({name, nullptr}), "null") << "forgets it";
}

TEST(RegisterTaskContext, RefusesTheRest) {
  EXPECT_EQ(checked({"kind", "film"}), "context kind: 'film' is none of song, clip");
  EXPECT_EQ(checked({"kind", "much too long"}), "context kind: longer than 8 bytes");
  EXPECT_EQ(checked({"kind", "\xff"}), "context kind: must be UTF-8");
  EXPECT_EQ(checked({"kind", 1}), "context kind: must be text");
  EXPECT_EQ(checked({"length", 1.0}), "context length: must be an integer");
  EXPECT_EQ(checked({"length", true}), "context length: must be an integer");
  EXPECT_EQ(checked({"weight", "1"}), "context weight: must be a number");
  EXPECT_EQ(checked({"public", 1}), "context public: must be true or false");
}

}  // namespace
}  // namespace callgate
