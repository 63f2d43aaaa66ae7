// SPDX-License-Identifier: Apache-2.0
// One member under two of its names: which of them counts.
#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/parse_into.hpp>

#include "tests/support/json_payload.hpp"
#include "tests/support/reference_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::json {
namespace {

using test::payload;

constexpr read_options strict{};
constexpr read_options lenient{.empty_strings_absent = true, .drop_invalid_members = true};

// What became of an object with these members, in words: "task_id (notes)", or the error.
template <read_options O>
std::string outcome(const std::vector<std::string>& members, payload* out = nullptr) {
  static std::string text;  // what `out` views lives until the next call
  text = R"({"code":200)";
  for (const std::string& one : members) text += "," + one;
  text += '}';
  static std::unique_ptr<std::byte[]> buffer;
  const std::size_t bytes = arena_bytes_needed<payload>(text.size());
  buffer.reset(new std::byte[bytes]);
  arena memory{{buffer.get(), bytes}};
  payload value;
  drops notes;
  const auto failed = parse_into<payload, O>(text, memory, value, notes);
  if (out != nullptr) *out = value;
  if (failed) return std::string{failed->pointer()} + ": " + std::string{enum_name(failed->code)};
  return std::string{value.task_id} + " (" + std::to_string(notes.count) + ")";
}

// The same in every order of the members.
template <read_options O>
std::string in_any_order(std::vector<std::string> members) {
  std::sort(members.begin(), members.end());
  const std::string first = outcome<O>(members);
  while (std::next_permutation(members.begin(), members.end()))
    EXPECT_EQ(outcome<O>(members), first) << members.front();
  return first;
}

constexpr const char* no_tracks = R"("tracks":null)";

TEST(Spellings, TheNameWinsOverItsAliasesAndAliasesInTheirOrder) {
  EXPECT_EQ(in_any_order<strict>({no_tracks, R"("task_id":"a")", R"("taskId":"b")"}), "a (1)");
  EXPECT_EQ(in_any_order<strict>({no_tracks, R"("task-id":"c")", R"("taskId":"b")"}), "b (1)");
  EXPECT_EQ(
      in_any_order<strict>({no_tracks, R"("task-id":"c")", R"("taskId":"b")", R"("task_id":"a")"}),
      "a (2)");
  EXPECT_EQ(in_any_order<lenient>({no_tracks, R"("task-id":"c")", R"("taskId":"b")"}), "b (1)");
}

TEST(Spellings, WhatIsAbsentLeavesTheMemberToAnother) {
  EXPECT_EQ(in_any_order<strict>({no_tracks, R"("task_id":null)", R"("taskId":"b")"}), "b (0)");
  EXPECT_EQ(in_any_order<lenient>({no_tracks, R"("task_id":"")", R"("taskId":"b")"}), "b (0)");
  EXPECT_EQ(in_any_order<lenient>({no_tracks, R"("task_id":"a")", R"("taskId":"")"}), "a (0)");
  EXPECT_EQ(in_any_order<lenient>({no_tracks, R"("task_id":null)", R"("taskId":null)"}),
            "/task_id: type");
  EXPECT_EQ(in_any_order<strict>({no_tracks, R"("task_id":"")", R"("taskId":"b")"}),
            "/task_id: minLength");
}

TEST(Spellings, ABadValueThatMayBeDroppedLeavesTheMemberToAnother) {
  const std::vector<std::string> members{no_tracks, R"("task_id":"t")", R"("loose":7)",
                                         R"("lo":{"id":"x"})"};
  EXPECT_EQ(in_any_order<lenient>(members), "t (1)");
  for (const auto& order : {members, {members.rbegin(), members.rend()}}) {
    payload out;
    outcome<lenient>(order, &out);
    ASSERT_TRUE(out.loose);
    EXPECT_EQ(out.loose->id, "x");
  }
  EXPECT_EQ(
      in_any_order<lenient>({no_tracks, R"("task_id":"t")", R"("loose":{"id":"y"})", R"("lo":7)"}),
      "t (1)");
}

TEST(Spellings, ABadValueThatMayNotBeDroppedRefusesOnlyWhereItWouldCount) {
  EXPECT_EQ(in_any_order<strict>({no_tracks, R"("task_id":7)", R"("taskId":"b")"}),
            "/task_id: type");
  EXPECT_EQ(in_any_order<strict>({no_tracks, R"("task_id":"a")", R"("taskId":7)"}), "a (1)");
  EXPECT_EQ(in_any_order<strict>({no_tracks, R"("taskId":7)"}), "/taskId: type");
  EXPECT_EQ(in_any_order<strict>({no_tracks, R"("task-id":7)", R"("taskId":"")"}),
            "/taskId: minLength");
}

TEST(Spellings, TheSameSpellingTwiceIsADuplicate) {
  for (const std::string_view name : {"task_id", "taskId", "task\\u005fid"}) {
    const std::string one = '"' + std::string{name} + R"(":"a")";
    const std::string got = outcome<lenient>({no_tracks, R"("task-id":"z")", one, one});
    EXPECT_TRUE(got.ends_with(": duplicate_member")) << got;
  }
  EXPECT_EQ(outcome<strict>({no_tracks, R"("taskId":"a")", R"("task_id":"a")", R"("taskId":"a")"}),
            "/taskId: duplicate_member");
}

TEST(Spellings, OfArraysTheOneThatCountsIsWhole) {
  const std::string many = R"([{"id":"1"},{"id":"2"},{"id":"3"},{"id":"4","marks":[1,2,3]}])";
  const std::vector<std::string> members{R"("task_id":"t")", R"("trackList":)" + many,
                                         R"("tracks":[{"id":"a"},{"id":"b"},{"id":"c"}])"};
  EXPECT_EQ(in_any_order<strict>(members), "t (1)");
  payload out;
  outcome<strict>(members, &out);
  EXPECT_EQ(out.tracks->size(), 3U);
  EXPECT_EQ(in_any_order<strict>({R"("task_id":"t")", R"("trackList":)" + many, no_tracks}),
            "t (0)");
}

TEST(Spellings, WhatIsIgnoredMustBeJson) {
  EXPECT_EQ(outcome<strict>({no_tracks, R"("task_id":"a")", R"("taskId":01)"}),
            "/taskId: bad_number");
}

}  // namespace
}  // namespace callgate::json
