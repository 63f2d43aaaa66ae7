// SPDX-License-Identifier: Apache-2.0
// Records in the database: made anew when the schema changes, refused when the database refuses.
#include <callgate/store/sqlite_records.hpp>
#include <callgate/store/sqlite_task_events.hpp>

#include <callgate/store/sqlite.hpp>
#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

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
    connection.set_busy_timeout(5'000);
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

// The columns are the same, only what they are read from is not: the digest says so.
TEST_F(SqliteRecords, AreDerivedAnewWhenAnExpressionChanges) {
  {
    const auto s = opened();
    post_with_records(*s, suno_callback("text", {}));
    post_with_records(*s, suno_callback("complete", {"A"}));
    derive_all(*s);
  }
  std::vector<record_column> columns(sample_record_set.plans[0].columns.begin(),
                                     sample_record_set.plans[0].columns.end());
  columns[2].read = [](const record_input& in) { return scalar_of(in.stage); };
  std::vector<record_plan> plans(sample_record_set.plans.begin(), sample_record_set.plans.end());
  plans[0].columns = columns;
  record_set changed = sample_record_set;
  changed.plans = plans;
  changed.digest = 1;
  const auto s = opened(changed);
  EXPECT_NE(rows(*s, changed).find("title=A"), std::string::npos) << "until its turn comes";
  derive_all(*s);
  EXPECT_EQ(rows(*s, changed),
            "task: status=completed meta.text_at=1000000000 title=complete owner=/task-1;\n"
            "version: position=1 id=a duration=1.5 title=A;\n");
}

// What was received while a record was not in the schema has rows when it comes back.
TEST_F(SqliteRecords, OfARecordThatComesBackAreDerivedAnew) {
  {
    const auto s = opened();
    post_with_records(*s, suno_callback("first", {"A"}));
    derive_all(*s);
  }
  record_set fewer = sample_record_set;
  fewer.plans = fewer.plans.first(1);
  {
    const auto s = opened(fewer);
    post_with_records(*s, suno_callback("complete", {"", "B"}), fewer);
    derive_all(*s);
    EXPECT_EQ(rows(*s), "task: status=completed title=A owner=/task-1;\nversion:\n");
  }
  const auto s = opened();
  derive_all(*s);
  EXPECT_NE(rows(*s).find("position=1 id=a duration=1.5 title=A; position=2"), std::string::npos)
      << rows(*s);
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

// Of a task that was registered before the schema wanted that, and of which nothing has come yet.
TEST_F(SqliteRecords, OfARegistrationAreDerivedWhenTheSchemaChanges) {
  {
    const auto s = opened();
    ASSERT_TRUE(s->register_task(
        {.mount = "suno", .task_id = "task-1", .records = &sample_record_set, .now = 1}));
    EXPECT_EQ(rows(*s), "task:\nversion:\n");
    derive_all(*s);
  }
  std::vector<record_plan> plans(sample_record_set.plans.begin(), sample_record_set.plans.end());
  plans[0].at_registration = true;
  record_set changed = sample_record_set;
  changed.plans = plans;
  changed.digest = 1;
  const auto s = opened(changed);
  derive_all(*s);
  EXPECT_EQ(rows(*s, changed), "task: status=pending owner=/task-1;\nversion:\n");
}

// Applications repeat what they are not sure of.
TEST_F(SqliteRecords, AreNotDerivedAnewByARegistrationThatSaysNothingNew) {
  const auto s = opened();
  std::array<context_value, 2> context{{{"user", {.kind = scalar::type::text, .text = "u"}},
                                        {"rated", {.kind = scalar::type::boolean}}}};
  const auto expect_task = [&] {
    EXPECT_TRUE(s->register_task({.mount = "suno",
                                  .task_id = "task-1",
                                  .records = &sample_record_set,
                                  .context = context,
                                  .now = 1}));
  };
  expect_task();
  post_with_records(*s, suno_callback("text", {}));
  execute("UPDATE record_suno__task SET title = 'touched'");
  expect_task();
  EXPECT_NE(rows(*s).find("title=touched"), std::string::npos);
  context[1].value.boolean = true;
  expect_task();
  EXPECT_EQ(rows(*s).find("title=touched"), std::string::npos);
  execute("UPDATE record_suno__task SET title = 'touched'");
  context[0].value = {};
  expect_task();
  EXPECT_EQ(rows(*s).find("title=touched"), std::string::npos) << "forgetting is new, too";
}

TEST_F(SqliteRecords, HaveTheirTablesAsSoonAsAnIdleStoreIsToldOfThem) {
  const auto s = opened();
  record_set other = sample_record_set;
  other.provider = "other";
  s->use_records(other);
  execute("SELECT 1 FROM record_other__task");
}

// One task of very many callbacks, beside another one.
class SqliteRecordsOfALongTask : public SqliteRecords {
 protected:
  static constexpr int callbacks = 2'500;

  SqliteRecordsOfALongTask() {
    {
      const auto s = opened();
      post_with_records(*s, suno_callback("first", {"A"}));
      auto other = suno_callback("first", {"B"});
      other.task_id = "task-2";
      post_with_records(*s, other);
    }
    execute(("WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < " +
             std::to_string(callbacks) +
             ") INSERT INTO events SELECT i, task, mount, provider, attempt, result, moved,"
             " received_at, record_id, stage, code, message, reason, replace(raw, '\"A\"', '\"A' "
             "|| i ||"
             " '\"') FROM events, n WHERE sequence = 1;"
             "UPDATE counters SET value = " +
             std::to_string(callbacks) +
             " WHERE name = 'events'; UPDATE tasks SET callbacks = 9 WHERE number = 1")
                .c_str());
  }
  std::int64_t begun() {
    sqlite_connection connection;
    EXPECT_EQ(connection.open_readable(folder.path + "/callgate.db"), errc::ok);
    sqlite_statement count;
    EXPECT_EQ(count.prepare(connection, "SELECT count(*) FROM task_derivations"), errc::ok);
    auto found = count.query();
    return found.next() ? found.integer(0) : -1;
  }
  static std::string last() { return "title=A" + std::to_string(callbacks); }
};

TEST_F(SqliteRecordsOfALongTask, AreDerivedInSeveralTransactions) {
  record_set changed = sample_record_set;
  changed.digest = 1;
  {
    const auto s = opened(changed);
    EXPECT_TRUE(s->derive_records(32).value());
    EXPECT_EQ(begun(), 1);
    const std::string text = rows(*s);
    EXPECT_NE(text.find("title=A"), std::string::npos) << "as far as they are derived";
    EXPECT_EQ(text.find(last()), std::string::npos) << text;
    // Of an equal stage and later: it stays, though older ones are derived after it.
    post_with_records(*s, suno_callback("first", {"now"}));
  }
  const auto s = opened(changed);
  int steps = 0;
  for (bool left = true; left && steps < 100; ++steps) left = s->derive_records(32).value();
  EXPECT_GE(steps, 2);
  EXPECT_LT(steps, 10);
  EXPECT_EQ(begun(), 0);
  EXPECT_NE(rows(*s).find("title=now"), std::string::npos) << rows(*s);
  EXPECT_NE(text_of(*s->records(changed, "suno", "task-2")).find("title=B"), std::string::npos);
}

TEST_F(SqliteRecordsOfALongTask, AreAllThereWhenItsRegistrationReturns) {
  const auto s = opened();
  const std::uint64_t before = s->commits();
  const std::array<context_value, 1> who{{{"user", {.kind = scalar::type::text, .text = "u"}}}};
  ASSERT_TRUE(s->register_task({.mount = "suno",
                                .task_id = "task-1",
                                .records = &sample_record_set,
                                .context = who,
                                .now = 1}));
  EXPECT_GE(s->commits() - before, 3U) << "callbacks of others get in between";
  EXPECT_EQ(begun(), 0);
  EXPECT_NE(rows(*s).find(last()), std::string::npos) << rows(*s);
  EXPECT_NE(rows(*s).find("owner=u/"), std::string::npos);
}

// A task that goes while its rows are derived leaves nothing behind.
TEST_F(SqliteRecordsOfALongTask, AreForgottenWithTheirTask) {
  record_set changed = sample_record_set;
  changed.digest = 1;
  const auto s = opened(changed);
  EXPECT_TRUE(s->derive_records(32).value());
  EXPECT_EQ(s->remove(s->find("task-1", "suno", 9)->at(0).id).value(), true);
  EXPECT_EQ(begun(), 0);
  derive_all(*s);
  EXPECT_EQ(rows(*s), "task:\nversion:\n");
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
  EXPECT_EQ(s->read_events("suno", 0, 9)->at(1).reason, "record 'version': no");
  EXPECT_EQ(s->read_events("suno", 0, 9)->at(0).reason, "") << "there is none when all is well";
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
