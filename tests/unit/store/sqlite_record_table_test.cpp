// SPDX-License-Identifier: Apache-2.0
// The SQL of a record's table.
#include <callgate/store/sqlite_record_table.hpp>

#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

namespace callgate::store {
namespace {

const record_table_sql task{"suno", testing::sample_record_set.plans[0]};
const record_table_sql version{"suno", testing::sample_record_set.plans[1]};

TEST(SqliteRecordTable, HasColumnsOfTheirTypes) {
  EXPECT_EQ(task.create(),
            "CREATE TABLE record_suno__task (_task INTEGER NOT NULL, \"status\" TEXT,"
            " \"meta_text_at\" INTEGER, \"title\" TEXT, \"owner\" TEXT, \"rated\" INTEGER,"
            " _ranks BLOB NOT NULL, PRIMARY KEY (_task)) WITHOUT ROWID");
  EXPECT_EQ(version.create(),
            "CREATE TABLE record_suno__version (_task INTEGER NOT NULL, \"position\" INTEGER,"
            " \"id\" TEXT, \"duration\" REAL, \"title\" TEXT, _ranks BLOB NOT NULL,"
            " PRIMARY KEY (_task, \"position\")) WITHOUT ROWID");
}

TEST(SqliteRecordTable, TakesTheColumnsOfTheMaskAndKeepsTheOthers) {
  EXPECT_EQ(
      version.merge(),
      "INSERT INTO record_suno__version (_task, \"position\", \"id\", \"duration\", \"title\","
      " _ranks) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (_task, \"position\") DO UPDATE SET"
      " \"id\" = iif(?7 >> 1 & 1, excluded.\"id\", \"id\"), \"duration\" ="
      " iif(?7 >> 2 & 1, excluded.\"duration\", \"duration\"), \"title\" ="
      " iif(?7 >> 3 & 1, excluded.\"title\", \"title\"), _ranks = excluded._ranks");
}

TEST(SqliteRecordTable, ChangesItsLayoutWithKeysNamesAndTypes) {
  EXPECT_EQ(version.layout(),
            "key \"position\" INTEGER\n\"id\" TEXT\n\"duration\" REAL\n\"title\" TEXT\n");
  record_plan keyed = version.plan;
  keyed.key_columns = 2;
  EXPECT_NE((record_table_sql{"suno", keyed}.layout()), version.layout());
}

}  // namespace
}  // namespace callgate::store
