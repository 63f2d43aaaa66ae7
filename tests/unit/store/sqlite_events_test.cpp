// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/sqlite_events.hpp>

#include <callgate/store/sqlite_schema.hpp>

#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

namespace callgate::testing {
namespace {

using store::errc;

struct SqliteEvents : ::testing::Test {
  store::sqlite_connection connection;
  store::sqlite_records records;

  void SetUp() override {
    ASSERT_EQ(connection.open_writable(":memory:"), errc::ok);
    ASSERT_EQ(store::sqlite_schema::migrate(connection), errc::ok);
  }
};

TEST_F(SqliteEvents, GoesOnFromTheSequenceThatWasSaved) {
  const callback c;
  store::append_request r = request_of(c);
  {
    store::sqlite_events events{records};
    ASSERT_EQ(events.open(connection), errc::ok);
    EXPECT_EQ(events.last(), 0);
    ASSERT_EQ(events.append(r), errc::ok);
    EXPECT_EQ(r.sequence, 1);
    ASSERT_EQ(events.save(), errc::ok);
  }
  store::sqlite_events events{records};
  ASSERT_EQ(events.open(connection), errc::ok);
  EXPECT_EQ(events.last(), 1);
}

TEST_F(SqliteEvents, GivesOutNoSequenceForADuplicate) {
  callback c;
  c.key = "k";
  store::append_request r = request_of(c);
  store::sqlite_events events{records};
  ASSERT_EQ(events.open(connection), errc::ok);
  ASSERT_EQ(events.append(r), errc::ok);
  ASSERT_EQ(events.append(r), errc::ok);
  EXPECT_EQ(r.result, outcome::duplicate);
  EXPECT_EQ(r.sequence, 1);
  EXPECT_EQ(events.last(), 1);
}

TEST_F(SqliteEvents, RefusesADatabaseWithoutItsTablesOrCounter) {
  store::sqlite_events events{records};
  ASSERT_EQ(connection.execute("DELETE FROM counters"), errc::ok);
  EXPECT_EQ(events.open(connection), errc::corrupt);
  ASSERT_EQ(connection.execute("DROP TABLE deliveries"), errc::ok);
  EXPECT_EQ(events.open(connection), errc::io_error);
}

TEST_F(SqliteEvents, RefusesADigestOfAnotherSize) {
  callback c;
  c.key = "k";
  store::append_request r = request_of(c);
  store::sqlite_events events{records};
  ASSERT_EQ(events.open(connection), errc::ok);
  ASSERT_EQ(events.append(r), errc::ok);
  ASSERT_EQ(connection.execute("UPDATE deliveries SET digest = x'00'"), errc::ok);
  EXPECT_EQ(events.append(r), errc::corrupt);
}

}  // namespace
}  // namespace callgate::testing
