// SPDX-License-Identifier: Apache-2.0
// One record of one callback.
#include <callgate/store/record_evaluation.hpp>

#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace callgate::store {
namespace {

using testing::sample_record_set;

class RecordEvaluation : public ::testing::Test {
 protected:
  record_input input(std::string_view stage, std::int16_t index,
                     const std::vector<std::string>& titles) {
    body = testing::suno_body(stage, titles);
    return {.payload = sample_record_set.parse(body, parsed),
            .raw = body,
            .task_id = "t",
            .stage = stage,
            .stage_index = index};
  }

  std::string body;
  std::vector<std::byte> room = std::vector<std::byte>(64 * 1024);
  arena parsed{room};
  std::array<std::byte, 8192> scratch{};
  arena memory{scratch};
  const record_plan& task = sample_record_set.plans[0];
  const record_plan& version = sample_record_set.plans[1];
};

TEST_F(RecordEvaluation, GivesARowPerItem) {
  const auto rows = evaluate_record(version, input("first", 1, {"A", ""}), memory);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 8U);
  EXPECT_EQ((*rows)[0].integer, 1);
  EXPECT_EQ((*rows)[3].text, "A");
  EXPECT_EQ((*rows)[4].integer, 2);
  EXPECT_EQ((*rows)[5].text, "b");
  EXPECT_EQ((*rows)[6].number, 2.5);
  EXPECT_EQ((*rows)[7].kind, scalar::type::null);
}

TEST_F(RecordEvaluation, ConcernsOnlyItsStages) {
  EXPECT_EQ(evaluate_record(version, input("text", 0, {"A"}), memory)->size(), 0U);
  EXPECT_EQ(evaluate_record(version, input("error", 2, {"A"}), memory)->size(), 0U);
  EXPECT_EQ(evaluate_record(version, input("remix", no_stage, {"A"}), memory)->size(), 0U);
  EXPECT_EQ(evaluate_record(version, input("complete", 3, {"A"}), memory)->size(), 4U);
  EXPECT_EQ(evaluate_record(task, input("remix", no_stage, {}), memory)->size(), 5U);
}

TEST_F(RecordEvaluation, OfARegistrationGivesWhatIsThereAtRegistration) {
  const record_input in = registration_input(sample_record_set, "suno", "t", {});
  EXPECT_EQ(evaluate_record(task, in, memory)->size(), 0U);
  EXPECT_FALSE(has_rows_at_registration(sample_record_set));
  record_plan early = task;
  early.at_registration = true;
  const auto row = evaluate_record(early, in, memory);
  ASSERT_EQ(row->size(), 5U);
  EXPECT_EQ((*row)[0].text, "pending");
  EXPECT_EQ((*row)[1].kind, scalar::type::null);
  EXPECT_EQ((*row)[3].text, "/t");
}

TEST_F(RecordEvaluation, AsksItsCondition) {
  record_plan never = task;
  never.applies = [](const record_input&) { return false; };
  EXPECT_EQ(evaluate_record(never, input("text", 0, {}), memory)->size(), 0U);
}

TEST_F(RecordEvaluation, LeavesOutItemsWithoutTheirKeys) {
  record_plan by_title = version;
  std::vector<record_column> columns(version.columns.begin(), version.columns.end());
  std::swap(columns[0], columns[3]);
  by_title.columns = columns;
  const auto rows = evaluate_record(by_title, input("first", 1, {"", "B"}), memory);
  ASSERT_EQ(rows->size(), 4U);
  EXPECT_EQ((*rows)[0].text, "B");
}

TEST_F(RecordEvaluation, SaysWhenTheMemoryIsUsedUp) {
  std::array<std::byte, 64> little{};
  arena small{little};
  EXPECT_FALSE(evaluate_record(version, input("first", 1, {"A"}), small)) << "no room for values";
  // Room for the values, none for the text that one of them makes.
  std::vector<std::byte> exact(5 * sizeof(scalar) + alignof(scalar));
  arena tight{exact};
  record_input in = input("text", 0, {});
  in.task_id = "a name that is longer than what alignment may leave";
  EXPECT_FALSE(evaluate_record(task, in, tight));
}

}  // namespace
}  // namespace callgate::store
