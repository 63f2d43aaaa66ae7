// SPDX-License-Identifier: Apache-2.0
// How sqlite_history asks: sqlite_entries and sqlite_mounts are its rows. What it answers:
// store_history_test.cpp.
#include <callgate/store/sqlite_history.hpp>

#include <tests/support/query_plan.hpp>

#include <gtest/gtest.h>

namespace callgate::testing {
namespace {

using store::sqlite_history;
using store::sqlite_quarantine_row;
using store::sqlite_task_row;

TEST(SqliteHistory, SeeksItsPagesByAnIndexAndNeverSorts) {
  const auto db = empty_database();
  EXPECT_EQ(plan_of(db, sqlite_history::tasks_sql(false)),
            "SEARCH tasks USING INDEX tasks_by_time (last_received_at>? AND last_received_at<?)\n");
  EXPECT_EQ(plan_of(db, sqlite_history::tasks_sql(true)),
            "SEARCH tasks USING INDEX tasks_by_mount"
            " (mount=? AND last_received_at>? AND last_received_at<?)\n");
  EXPECT_EQ(plan_of(db, sqlite_history::bodies_sql(false)),
            "SEARCH quarantine USING INDEX quarantine_by_time (received_at>? AND received_at<?)\n");
  EXPECT_EQ(plan_of(db, sqlite_history::bodies_sql(true)),
            "SEARCH quarantine USING INDEX quarantine_by_mount"
            " (mount=? AND received_at>? AND received_at<?)\n");
}

TEST(SqliteHistory, SeeksWhateverNameItIsAskedFor) {
  const auto db = empty_database();
  const auto first_step = [&](const std::string& sql) {
    const std::string plan = plan_of(db, sql);
    return plan.substr(0, plan.find('\n'));
  };
  EXPECT_EQ(first_step(sqlite_history::select<sqlite_task_row>("tasks", "id = ?1")),
            "SEARCH tasks USING INDEX sqlite_autoindex_tasks_1 (id=?)");
  EXPECT_EQ(first_step(sqlite_history::select<sqlite_task_row>("tasks", "task_id = ?1")),
            "SEARCH tasks USING INDEX sqlite_autoindex_tasks_2 (task_id=?)");
  EXPECT_EQ(first_step(sqlite_history::select<sqlite_task_row>("tasks", sqlite_history::record_is)),
            "SEARCH tasks USING INDEX tasks_by_record (record_id=?)");
  EXPECT_EQ(first_step(sqlite_history::select<sqlite_quarantine_row>("quarantine",
                                                                     sqlite_history::body_task_is)),
            "SEARCH quarantine USING INDEX quarantine_by_task (task_id=?)");
}

TEST(SqliteHistory, ReadsATimelineFromItsNewestEndWithoutSorting) {
  const std::string plan = plan_of(empty_database(), sqlite_history::timeline_sql());
  EXPECT_NE(plan.find("USING INDEX events_by_task (task=?)"), std::string::npos) << plan;
  EXPECT_EQ(plan.find("ORDER BY"), std::string::npos) << plan;
}

}  // namespace
}  // namespace callgate::testing
