// SPDX-License-Identifier: Apache-2.0
// What a transaction of derivation may take, and the list of what is left.
#include <callgate/store/sqlite_record_backlog.hpp>

#include <callgate/store/sqlite_schema.hpp>
#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace callgate::store {
namespace {

TEST(DerivationRoom, IsUsedUpByTasksByEventsOrByBytes) {
  EXPECT_FALSE((derivation_room{.tasks = 1, .events = 1, .bytes = 1}.is_used_up()));
  EXPECT_TRUE((derivation_room{.tasks = 0, .events = 1, .bytes = 1}.is_used_up()));
  derivation_room room{.tasks = 1, .events = 2, .bytes = 100};
  room.take_event(40);
  EXPECT_EQ(room.bytes, 60U);
  EXPECT_FALSE(room.is_used_up());
  room.take_event(0);
  EXPECT_TRUE(room.is_used_up()) << "no event more";
  room = {.tasks = 1, .events = 2, .bytes = 100};
  room.take_event(1'000);
  EXPECT_TRUE(room.is_used_up()) << "one body may be larger, alone";
}

TEST(SqliteRecordBacklog, KnowsHowFarEachTaskIs) {
  testing::temporary_folder folder;
  sqlite_connection connection;
  ASSERT_EQ(connection.open_writable(folder.path + "/db"), errc::ok);
  ASSERT_EQ(sqlite_schema::migrate(connection), errc::ok);
  ASSERT_EQ(connection.execute(
                "INSERT INTO tasks (number, id, mount, task_id, record_id, provider,"
                " first_received_at, last_received_at, callbacks, last_sequence, last_result,"
                " last_stage, attempt, registered, furnished_at, event_bytes, rank, stage, status,"
                " terminal, message, stage_sequence)"
                " SELECT 7, 'id', 'm', 't', '', 'suno', 0, 0, 0, 0, 0, '', 1, 1, 0, 0, 0, '', 0,"
                " 0, '', 0"),
            errc::ok)
      << connection.message();
  sqlite_record_backlog backlog;
  ASSERT_EQ(backlog.open(connection), errc::ok);
  EXPECT_EQ(backlog.keep(7, 10), errc::ok);
  EXPECT_EQ(backlog.keep(7, 20), errc::ok);
  EXPECT_EQ(backlog.keep(8, 5), errc::ok) << "of a task that is gone";
  std::vector<sqlite_record_backlog::entry> found;
  ASSERT_EQ(backlog.entries(&found), errc::ok);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].task, 7);
  EXPECT_EQ(found[0].after, 20);
  EXPECT_EQ(found[0].provider, "suno");
  EXPECT_EQ(backlog.remove(7), errc::ok);
  found.clear();
  ASSERT_EQ(backlog.entries(&found), errc::ok);
  EXPECT_TRUE(found.empty());
}

}  // namespace
}  // namespace callgate::store
