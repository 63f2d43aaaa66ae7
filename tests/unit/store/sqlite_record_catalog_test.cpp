// SPDX-License-Identifier: Apache-2.0
// The catalog of record tables: what makes a table anew, what makes its rows anew.
#include <callgate/store/sqlite_record_catalog.hpp>

#include <callgate/store/sqlite_schema.hpp>
#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace callgate::store {
namespace {

using testing::sample_record_set;

class SqliteRecordCatalog : public ::testing::Test {
 protected:
  SqliteRecordCatalog() {
    EXPECT_EQ(connection.open_writable(folder.path + "/db"), errc::ok);
    EXPECT_EQ(sqlite_schema::migrate(connection), errc::ok);
    EXPECT_EQ(catalog.open(connection), errc::ok);
  }
  std::int64_t update(const record_set& set) {
    std::int64_t from = -2;
    EXPECT_EQ(catalog.update(set, &from), errc::ok) << connection.message();
    return from;
  }
  std::vector<std::string> names() {
    std::vector<std::string> found;
    EXPECT_EQ(catalog.names(&found), errc::ok);
    return found;
  }

  testing::temporary_folder folder;
  sqlite_connection connection;
  sqlite_record_catalog catalog;
};

TEST_F(SqliteRecordCatalog, HasEveryTableToBeFilledAtFirst) {
  EXPECT_EQ(update(sample_record_set), 0);
  EXPECT_EQ(names(), (std::vector<std::string>{"record_suno__task", "record_suno__version"}));
  EXPECT_EQ(catalog.note("suno", 7), errc::ok);
  EXPECT_EQ(update(sample_record_set), 7) << "goes on where it was";
  EXPECT_EQ(catalog.note("suno", sqlite_record_catalog::all_filled), errc::ok);
  EXPECT_EQ(update(sample_record_set), sqlite_record_catalog::all_filled);
}

TEST_F(SqliteRecordCatalog, FillsAllTablesAnewByAnotherDigestAndKeepsThemUntilThen) {
  (void)update(sample_record_set);
  EXPECT_EQ(catalog.note("suno", sqlite_record_catalog::all_filled), errc::ok);
  EXPECT_EQ(connection.execute("INSERT INTO record_suno__task (_task, _ranks) VALUES (1, '')"),
            errc::ok);
  record_set other = sample_record_set;
  other.digest = ~sample_record_set.digest;  // the highest bit counts, too
  EXPECT_EQ(update(other), 0);
  sqlite_statement count;
  ASSERT_EQ(count.prepare(connection, "SELECT count(*) FROM record_suno__task"), errc::ok);
  auto rows = count.query();
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.integer(0), 1);
  EXPECT_EQ(catalog.note("suno", sqlite_record_catalog::all_filled), errc::ok);
  EXPECT_EQ(update(other), sqlite_record_catalog::all_filled);
}

TEST_F(SqliteRecordCatalog, DropsTheTablesOfItsProviderThatAreNoRecordsAnyMore) {
  record_set other = sample_record_set;
  other.provider = "other";
  (void)update(other);
  (void)update(sample_record_set);
  record_set fewer = sample_record_set;
  fewer.plans = fewer.plans.first(1);
  EXPECT_EQ(catalog.note("suno", sqlite_record_catalog::all_filled), errc::ok);
  EXPECT_EQ(update(fewer), sqlite_record_catalog::all_filled);
  EXPECT_EQ(names(), (std::vector<std::string>{"record_other__task", "record_other__version",
                                               "record_suno__task"}));
  EXPECT_NE(connection.execute("SELECT 1 FROM record_suno__version"), errc::ok);
  EXPECT_EQ(update(sample_record_set), 0) << "who comes back is filled anew";
}

}  // namespace
}  // namespace callgate::store
