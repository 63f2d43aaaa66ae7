// SPDX-License-Identifier: Apache-2.0
// A part of a transaction: kept, undone, or the end of all of it.
#include <callgate/store/sqlite_savepoint.hpp>

#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

#include <string>

namespace callgate::store {
namespace {

using ended = sqlite_savepoint::ended;

class SqliteSavepoint : public ::testing::Test {
 protected:
  SqliteSavepoint() {
    EXPECT_EQ(connection.open_writable(folder.path + "/db"), errc::ok);
    execute(
        "CREATE TABLE t (a CHECK (a <> 'no')); CREATE TRIGGER r BEFORE INSERT ON t"
        " WHEN new.a = 'end' BEGIN SELECT raise(ROLLBACK, 'ended'); END");
    EXPECT_EQ(part.open(connection), errc::ok);
    execute("BEGIN");
    execute("INSERT INTO t VALUES ('before')");
  }
  errc execute(const std::string& sql) { return connection.execute(sql.c_str()); }
  errc insert(const std::string& value) {
    return part.run(
        [&] {
          (void)execute("INSERT INTO t VALUES ('first')");
          return execute("INSERT INTO t VALUES ('" + value + "')");
        },
        &end);
  }
  std::int64_t rows() {
    sqlite_statement count;
    EXPECT_EQ(count.prepare(connection, "SELECT count(*) FROM t"), errc::ok);
    auto found = count.query();
    return found.next() ? found.integer(0) : -1;
  }

  testing::temporary_folder folder;
  sqlite_connection connection;
  sqlite_savepoint part;
  ended end = ended::undone;
};

TEST_F(SqliteSavepoint, IsKeptWhenNothingIsRefused) {
  EXPECT_EQ(insert("yes"), errc::ok);
  EXPECT_EQ(end, ended::kept);
  EXPECT_EQ(part.why(), "");
  EXPECT_EQ(execute("COMMIT"), errc::ok);
  EXPECT_EQ(rows(), 3);
}

TEST_F(SqliteSavepoint, IsUndoneAloneWhenTheDatabaseRefuses) {
  EXPECT_EQ(insert("no"), errc::ok);
  EXPECT_EQ(end, ended::undone);
  EXPECT_NE(part.why().find("CHECK constraint failed"), std::string::npos) << part.why();
  EXPECT_EQ(insert("yes"), errc::ok) << "the next one is not concerned";
  EXPECT_EQ(execute("COMMIT"), errc::ok);
  EXPECT_EQ(rows(), 3);
}

TEST_F(SqliteSavepoint, IsUndoneWhenItsWorkSaysSo) {
  EXPECT_EQ(
      part.run([&] { return end = ended::undone, execute("INSERT INTO t VALUES (1)"); }, &end),
      errc::ok);
  EXPECT_EQ(execute("COMMIT"), errc::ok);
  EXPECT_EQ(rows(), 1);
}

TEST_F(SqliteSavepoint, SaysWhenTheWholeTransactionIsLost) {
  EXPECT_EQ(insert("end"), errc::rejected);
  EXPECT_FALSE(connection.in_transaction());
  EXPECT_EQ(part.why(), "ended");
  EXPECT_EQ(rows(), 0);
}

}  // namespace
}  // namespace callgate::store
