// SPDX-License-Identifier: Apache-2.0
// A task's records from its callbacks, whatever their order.
#include <callgate/store/record_fold.hpp>

#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace callgate::store {
namespace {

using testing::sample_record_set;

struct arrival {
  std::int16_t stage;
  std::vector<std::string> titles;
};

void add(record_fold& fold, const arrival& one) {
  const stage& at = sample_record_set.stages[static_cast<std::size_t>(one.stage)];
  const std::string body = testing::suno_body(at.name, one.titles);
  std::vector<std::byte> room(64 * 1024);
  arena memory{room};
  const record_input in{.payload = sample_record_set.parse(body, memory),
                        .raw = body,
                        .task_id = "t",
                        .stage = at.name,
                        .stage_index = one.stage,
                        .status = at.status,
                        .received_at = 100 + one.stage};
  ASSERT_TRUE(fold.add(in, at.rank, memory));
}

std::string rows_after(const std::vector<arrival>& all) {
  record_fold fold{sample_record_set};
  for (const arrival& one : all) add(fold, one);
  return testing::text_of(fold.rows());
}

TEST(RecordFold, MergesTheCallbacksOfATask) {
  EXPECT_EQ(
      rows_after({{0, {}}, {1, {"A"}}, {3, {"", "B"}}}),
      "task: status=completed meta.text_at=100 title=A owner=/t;\n"
      "version: position=1 id=a duration=1.5 title=A; position=2 id=b duration=2.5 title=B;\n");
}

// The order of arrival does not matter, nor do repetitions.
TEST(RecordFold, ComesToTheSameRowsInEveryOrder) {
  std::vector<arrival> all{{0, {"T"}}, {1, {"A"}}, {2, {"", "E"}}, {3, {"", "B"}}};
  const auto by_stage = [](const arrival& a, const arrival& b) { return a.stage < b.stage; };
  const std::string expected = rows_after(all);
  do {
    EXPECT_EQ(rows_after(all), expected);
    std::vector<arrival> twice = all;
    twice.insert(twice.end(), all.begin(), all.end());
    EXPECT_EQ(rows_after(twice), expected);
  } while (std::next_permutation(all.begin(), all.end(), by_stage));
}

TEST(RecordFold, TakesNothingOfACallbackThatDoesNotFitItsMemory) {
  record_fold fold{sample_record_set};
  std::vector<std::byte> room(64 * 1024), little(100);
  arena memory{room}, small{little};
  const std::string body = testing::suno_body("first", {"A"});
  const record_input in{.payload = sample_record_set.parse(body, memory), .stage_index = 1};
  EXPECT_FALSE(fold.add(in, 2, small));
  EXPECT_EQ(testing::text_of(fold.rows()), "task:\nversion:\n");
}

}  // namespace
}  // namespace callgate::store
