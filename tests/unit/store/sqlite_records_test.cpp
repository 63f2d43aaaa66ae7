// SPDX-License-Identifier: Apache-2.0
// Records in the database: made anew when the schema changes, refused when the database refuses.
#include <callgate/store/sqlite_records.hpp>

#include <callgate/store/sqlite.hpp>
#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace callgate::store {
namespace {

using testing::post_with_records;
using testing::sample_record_set;
using testing::suno_callback;
using testing::text_of;

class SqliteRecords : public ::testing::Test {
 protected:
  std::unique_ptr<sqlite> opened(const record_set& set = sample_record_set) {
    auto made = std::make_unique<sqlite>(sqlite_options{.folder = folder.path});
    made->use_records(set);
    EXPECT_TRUE(testing::reaches(*made, condition::ready)) << made->problem();
    return made;
  }
  void derive_all(sqlite& s, std::size_t step = 100) {
    for (auto left = s.derive_records(step); left && *left;) left = s.derive_records(step);
  }
  void execute(const char* sql) {
    sqlite_connection connection;
    ASSERT_EQ(connection.open_writable(folder.path + "/callgate.db"), errc::ok);
    ASSERT_EQ(connection.execute(sql), errc::ok) << connection.message();
  }
  std::string rows(sqlite& s, const record_set& set = sample_record_set) {
    const auto found = s.records(set, "suno", "task-1");
    return found ? text_of(*found) : "failed";
  }

  testing::temporary_folder folder;
};

constexpr const char* both =
    "task: status=completed meta.text_at=1000000000 title=A owner=/task-1;\n"
    "version: position=1 id=a duration=1.5 title=A; position=2 id=b duration=2.5 title=B;\n";

TEST_F(SqliteRecords, AreThereWithTheirCallback) {
  const auto s = opened();
  post_with_records(*s, suno_callback("text", {}));
  post_with_records(*s, suno_callback("first", {"A"}));
  EXPECT_EQ(post_with_records(*s, suno_callback("complete", {"", "B"})).result, outcome::accepted);
  EXPECT_EQ(rows(*s), both);
}

TEST_F(SqliteRecords, AreNotWrittenTwiceByADuplicate) {
  const auto s = opened();
  auto c = suno_callback("first", {"A"});
  c.key = "k";
  post_with_records(*s, c);
  execute("UPDATE record_suno__task SET title = 'touched'");
  EXPECT_EQ(post_with_records(*s, c).result, outcome::duplicate);
  EXPECT_NE(rows(*s).find("title=touched"), std::string::npos);
}

// Callbacks that were stored before the schema had records, or other ones.
TEST_F(SqliteRecords, AreDerivedFromStoredBodiesWhenTheSchemaChanges) {
  record_set older = sample_record_set;
  record_plan narrow = sample_record_set.plans[0];
  narrow.columns = narrow.columns.first(2);
  older.plans = {&narrow, 1};
  {
    const auto s = opened(older);
    for (int i = 0; i < 5; ++i) {
      auto c = suno_callback("text", {});
      c.task_id = "other-" + std::to_string(i);
      post_with_records(*s, c, older);
    }
    post_with_records(*s, suno_callback("text", {}), older);
    post_with_records(*s, suno_callback("first", {"A"}), older);
    post_with_records(*s, suno_callback("complete", {"", "B"}), older);
    EXPECT_EQ(rows(*s, older), "task: status=completed meta.text_at=1000000000;\n");
  }
  {
    const auto s = opened();
    EXPECT_EQ(s->derive_records(2).value(), true);
    EXPECT_EQ(rows(*s), "task:\nversion:\n") << "its turn has not come";
  }
  const auto s = opened();  // goes on where it was
  derive_all(*s, 2);
  EXPECT_EQ(rows(*s), both);
  EXPECT_EQ(s->derive_records(2).value(), false);
}

TEST_F(SqliteRecords, AreKeptWhenNothingChanges) {
  {
    const auto s = opened();
    post_with_records(*s, suno_callback("first", {"A"}));
    derive_all(*s);
  }
  execute("UPDATE record_suno__task SET title = 'touched'");
  const auto s = opened();
  derive_all(*s);
  EXPECT_NE(rows(*s).find("title=touched"), std::string::npos);
}

// The database refuses a row: the callback is kept, none of its rows is.
TEST_F(SqliteRecords, AreAllOrNone) {
  const auto s = opened();
  post_with_records(*s, suno_callback("text", {}));
  execute(
      "CREATE TRIGGER no BEFORE INSERT ON record_suno__version WHEN new.position = 2"
      " BEGIN SELECT raise(ABORT, 'no'); END");
  const auto spoiled = post_with_records(*s, suno_callback("complete", {"A", "B"}));
  EXPECT_EQ(spoiled.result, outcome::processing_failed);
  EXPECT_GT(spoiled.sequence, 0) << "it is stored";
  EXPECT_EQ(rows(*s), "task: status=pending meta.text_at=1000000000 owner=/task-1;\nversion:\n");
  EXPECT_EQ(s->read_events("suno", 0, 9)->at(1).result, outcome::processing_failed);
  EXPECT_EQ(s->find("task-1", "suno", 9)->at(0).result, outcome::processing_failed);
  const auto joined = s->register_task(
      {.mount = "suno", .task_id = "task-1", .records = &sample_record_set, .now = 1});
  EXPECT_EQ(joined->stage, "complete") << "it moved the task all the same";
  EXPECT_EQ(post_with_records(*s, suno_callback("first", {"A"})).result, outcome::accepted)
      << "others are not concerned";
}

TEST_F(SqliteRecords, GoWithTheirTask) {
  const auto s = opened();
  post_with_records(*s, suno_callback("first", {"A"}));
  EXPECT_EQ(*s->remove_before("suno", 2'000 * testing::second, 10), 1U);
  sqlite_connection connection;
  ASSERT_EQ(connection.open_readable(folder.path + "/callgate.db"), errc::ok);
  sqlite_statement count;
  ASSERT_EQ(count.prepare(connection,
                          "SELECT (SELECT count(*) FROM record_suno__task) +"
                          " (SELECT count(*) FROM record_suno__version)"),
            errc::ok);
  auto left = count.query();
  ASSERT_TRUE(left.next());
  EXPECT_EQ(left.integer(0), 0);
}

}  // namespace
}  // namespace callgate::store
