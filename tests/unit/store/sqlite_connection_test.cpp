// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/sqlite_connection.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace callgate::store {
namespace {

TEST(SqliteConnection, TellsErrorsInTheWordsOfStores) {
  EXPECT_EQ(errc_of_sqlite(SQLITE_OK), errc::ok);
  EXPECT_EQ(errc_of_sqlite(SQLITE_ROW), errc::ok);
  EXPECT_EQ(errc_of_sqlite(SQLITE_DONE), errc::ok);
  EXPECT_EQ(errc_of_sqlite(SQLITE_FULL), errc::disk_full);
  EXPECT_EQ(errc_of_sqlite(SQLITE_BUSY_SNAPSHOT), errc::busy);
  EXPECT_EQ(errc_of_sqlite(SQLITE_LOCKED), errc::busy);
  EXPECT_EQ(errc_of_sqlite(SQLITE_CORRUPT_VTAB), errc::corrupt);
  EXPECT_EQ(errc_of_sqlite(SQLITE_NOTADB), errc::corrupt);
  EXPECT_EQ(errc_of_sqlite(SQLITE_IOERR_FSYNC), errc::io_error);
  EXPECT_EQ(errc_of_sqlite(SQLITE_CANTOPEN), errc::io_error);
}

struct SqliteStatements : ::testing::Test {
  sqlite_connection connection;
  sqlite_statement statement;

  void SetUp() override { ASSERT_EQ(connection.open_writable(":memory:"), errc::ok); }
};

TEST_F(SqliteStatements, BindEmptyViewsAsValuesAndNotAsNull) {
  ASSERT_EQ(statement.prepare(connection, "SELECT typeof(?1), typeof(?2), typeof(?3), ?4"),
            errc::ok);
  auto rows = statement.query(std::string_view{}, sqlite_blob_view{std::string_view{}},
                              std::optional<std::int64_t>{}, std::optional<std::int64_t>{7});
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.text(0), "text");
  EXPECT_EQ(rows.text(1), "blob");
  EXPECT_EQ(rows.text(2), "null");
  EXPECT_EQ(rows.optional_integer(3), 7);
  EXPECT_FALSE(rows.next());
  EXPECT_EQ(rows.error(), errc::ok);
}

TEST_F(SqliteStatements, KeepTextsWithZerosWhole) {
  ASSERT_EQ(statement.prepare(connection, "SELECT ?1, ?2, NULL"), errc::ok);
  const std::string text{"a\0b", 3};
  auto rows = statement.query(std::string_view{text}, sqlite_blob_view{std::string_view{text}});
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.text(0), text);
  EXPECT_EQ(rows.text(1), text);
  EXPECT_EQ(rows.text(2), "");
  EXPECT_EQ(rows.optional_integer(2), std::nullopt);
}

TEST_F(SqliteStatements, RunAgainAfterRowsWereLeft) {
  ASSERT_EQ(statement.prepare(connection, "VALUES (?1), (2), (3)"), errc::ok);
  for (int i = 0; i < 3; ++i) {
    auto rows = statement.query(i);
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.integer(0), i);
  }
}

TEST_F(SqliteStatements, ReportWhatIsWrong) {
  EXPECT_EQ(statement.prepare(connection, "SELECT nonsense FROM nowhere"), errc::io_error);
  EXPECT_NE(std::string{connection.message()}.find("nowhere"), std::string::npos);
  EXPECT_EQ(statement.run(), errc::io_error);  // it was never prepared
  sqlite_connection missing;
  EXPECT_EQ(missing.open_readable("/no/such/file"), errc::io_error);
}

TEST_F(SqliteStatements, MoveWithTheirConnection) {
  ASSERT_EQ(statement.prepare(connection, "SELECT 1"), errc::ok);
  const sqlite_connection moved = std::move(connection);
  sqlite_statement other;
  other = std::move(statement);
  EXPECT_EQ(other.run(), errc::ok);
  EXPECT_NE(moved.handle(), nullptr);
}

}  // namespace
}  // namespace callgate::store
