// SPDX-License-Identifier: Apache-2.0
// Stages and the states of tasks.
#include <callgate/provider/stage.hpp>

#include <gtest/gtest.h>

namespace callgate {
namespace {

TEST(TaskStatus, IsSpelledAsItsEnumerator) {
  EXPECT_EQ(enum_name(task_status::pending), "pending");
  EXPECT_EQ(enum_name(task_status::processing), "processing");
  EXPECT_EQ(enum_name(task_status::completed), "completed");
  EXPECT_EQ(enum_name(task_status::failed), "failed");
}

// A stage without a rank must never move a task.
TEST(Stage, HasNoRankUnlessSaidOtherwise) {
  static_assert(stage{}.rank == 0 && !stage{}.terminal && stage{}.status == task_status::pending);
  static_assert(no_stage < 0, "no index of a stage");
}

}  // namespace
}  // namespace callgate
