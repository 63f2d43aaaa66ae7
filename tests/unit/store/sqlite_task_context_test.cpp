// SPDX-License-Identifier: Apache-2.0
// A task's context comes back as it was registered.
#include <callgate/store/sqlite_task_context.hpp>

#include <callgate/store/sqlite_schema.hpp>
#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>

namespace callgate::store {
namespace {

class SqliteTaskContext : public ::testing::Test {
 protected:
  SqliteTaskContext() {
    EXPECT_EQ(connection.open_writable(folder.path + "/db"), errc::ok);
    EXPECT_EQ(sqlite_schema::migrate(connection), errc::ok);
    EXPECT_EQ(context.open(connection), errc::ok);
  }
  std::span<const scalar> read(std::span<std::byte> from) {
    arena memory{from};
    std::span<const scalar> found;
    EXPECT_EQ(context.read(7, testing::sample_record_set.context, memory, &found), errc::ok);
    return found;
  }

  testing::temporary_folder folder;
  sqlite_connection connection;
  sqlite_task_context context;
  std::array<std::byte, 1'024> room{};
};

TEST_F(SqliteTaskContext, ComesBackByFieldAndType) {
  ASSERT_EQ(connection.execute("INSERT INTO task_context VALUES (7, 'user', 'u'), (7, 'rated', 1),"
                               " (7, 'gone', 2), (8, 'user', 'other')"),
            errc::ok);
  const auto found = read(room);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].text, "u");
  EXPECT_EQ(found[1].kind, scalar::type::boolean);
  EXPECT_TRUE(found[1].boolean);
}

// A null forgets a boolean: it becomes absent, not false.
TEST_F(SqliteTaskContext, IsAbsentWhereItWasForgottenOrNeverSaid) {
  ASSERT_EQ(connection.execute("INSERT INTO task_context VALUES (7, 'rated', NULL)"), errc::ok);
  const auto found = read(room);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].kind, scalar::type::null);
  EXPECT_EQ(found[1].kind, scalar::type::null);
}

TEST_F(SqliteTaskContext, IsEmptyWithoutRoom) {
  EXPECT_TRUE(read({}).empty());
}

}  // namespace
}  // namespace callgate::store
