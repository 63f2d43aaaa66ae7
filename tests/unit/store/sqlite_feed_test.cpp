// SPDX-License-Identifier: Apache-2.0
// How sqlite_feed asks. What it answers: store_history_test.cpp.
#include <callgate/store/sqlite_feed.hpp>

#include <tests/support/query_plan.hpp>

#include <gtest/gtest.h>

namespace callgate::testing {
namespace {

TEST(SqliteFeed, SeeksItsPlaceInTheSequenceAndNeverSorts) {
  const auto db = empty_database();
  EXPECT_EQ(plan_of(db, store::sqlite_feed::of_all_sql),
            "SEARCH events USING INTEGER PRIMARY KEY (rowid>?)\n");
  EXPECT_EQ(plan_of(db, store::sqlite_feed::of_mount_sql),
            "SEARCH events USING COVERING INDEX events_by_mount (mount=? AND rowid>?)\n");
}

}  // namespace
}  // namespace callgate::testing
