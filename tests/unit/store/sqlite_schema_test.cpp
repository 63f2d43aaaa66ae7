// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/sqlite_schema.hpp>

#include <gtest/gtest.h>

#include <string>

namespace callgate::store {
namespace {

TEST(SqliteSchema, MigratesAnEmptyDatabaseOnceAndKnowsItAgain) {
  sqlite_connection connection;
  std::string why;
  ASSERT_EQ(connection.open_writable(":memory:"), errc::ok);
  EXPECT_EQ(sqlite_schema::check(connection, &why), errc::ok);
  EXPECT_EQ(sqlite_schema::migrate(connection), errc::ok);
  EXPECT_EQ(connection.execute("INSERT INTO cursors VALUES ('c', 1)"), errc::ok);
  EXPECT_EQ(sqlite_schema::check(connection, &why), errc::ok);
  EXPECT_EQ(sqlite_schema::migrate(connection), errc::ok);
  EXPECT_EQ(connection.execute("INSERT INTO cursors VALUES ('c', 1)"), errc::rejected);  // a key
}

TEST(SqliteSchema, MigratesWhollyOrNotAtAll) {
  sqlite_connection connection;
  ASSERT_EQ(connection.open_writable(":memory:"), errc::ok);
  ASSERT_EQ(connection.execute("CREATE TABLE tasks (x)"), errc::ok);  // in the way of the script
  EXPECT_EQ(sqlite_schema::migrate(connection), errc::io_error);
  EXPECT_TRUE(connection.in_transaction());
  ASSERT_EQ(connection.execute("ROLLBACK"), errc::ok);
  EXPECT_EQ(connection.execute("SELECT * FROM counters"), errc::io_error);
}

}  // namespace
}  // namespace callgate::store
