// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/sqlite_quarantine.hpp>

#include <callgate/store/sqlite_schema.hpp>

#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace callgate::testing {
namespace {

using store::errc;

struct SqliteQuarantine : ::testing::Test {
  store::sqlite_connection connection;

  void SetUp() override {
    ASSERT_EQ(connection.open_writable(":memory:"), errc::ok);
    ASSERT_EQ(store::sqlite_schema::migrate(connection), errc::ok);
  }

  static errc append(store::sqlite_quarantine& quarantine, std::size_t bytes) {
    callback c;
    c.decided = outcome::bad_json;
    c.raw = std::string(bytes, 'x');
    store::append_request r = request_of(c);
    r.result = c.decided;
    return quarantine.append(r);
  }
};

TEST_F(SqliteQuarantine, KnowsItsTotalsAgainWhenItIsOpenedAnew) {
  {
    store::sqlite_quarantine quarantine{10, 100};
    ASSERT_EQ(quarantine.open(connection), errc::ok);
    for (int i = 0; i < 3; ++i) ASSERT_EQ(append(quarantine, 40), errc::ok);
    EXPECT_EQ(quarantine.evicted(), 1);
    ASSERT_EQ(quarantine.save(), errc::ok);
  }
  store::sqlite_quarantine quarantine{10, 100};
  ASSERT_EQ(quarantine.open(connection), errc::ok);
  EXPECT_EQ(quarantine.evicted(), 1);
  ASSERT_EQ(append(quarantine, 20), errc::ok);  // 40 + 40 + 20: just fits
  EXPECT_EQ(quarantine.evicted(), 1);
  ASSERT_EQ(append(quarantine, 1), errc::ok);
  EXPECT_EQ(quarantine.evicted(), 2);
}

TEST_F(SqliteQuarantine, HasRoomAgainAfterARemoval) {
  store::sqlite_quarantine quarantine{2, 1000};
  ASSERT_EQ(quarantine.open(connection), errc::ok);
  for (int i = 0; i < 2; ++i) ASSERT_EQ(append(quarantine, 1), errc::ok);
  std::size_t removed = 0;
  EXPECT_EQ(quarantine.remove_before("suno", 2'000 * second, 1, &removed), errc::ok);
  EXPECT_EQ(removed, 1u);
  ASSERT_EQ(append(quarantine, 1), errc::ok);
  EXPECT_EQ(quarantine.evicted(), 0);
}

TEST_F(SqliteQuarantine, RefusesADatabaseWithoutItsCounter) {
  ASSERT_EQ(connection.execute("DELETE FROM counters"), errc::ok);
  store::sqlite_quarantine quarantine{2, 1000};
  EXPECT_EQ(quarantine.open(connection), errc::corrupt);
}

}  // namespace
}  // namespace callgate::testing
