// SPDX-License-Identifier: Apache-2.0
// What a user's triggers on the tables of records may do: refuse rows, or end the transaction. The
// culprit has no rows; nobody else loses anything, and nothing is refused for ever.
#include <callgate/store/batch_writer.hpp>

#include <callgate/store/sqlite.hpp>
#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace callgate::store {
namespace {

using testing::sample_record_set;
using testing::suno_callback;
using testing::text_of;

// What the store has said, from its thread.
struct heard {
  std::mutex mutex;
  std::string text;

  static void note(void* to, std::string_view said) {
    auto& self = *static_cast<heard*>(to);
    const std::lock_guard lock{self.mutex};
    self.text += std::string{said} + "\n";
  }
  std::string all() {
    const std::lock_guard lock{mutex};
    return text;
  }
};

class BatchWriter : public ::testing::Test {
 protected:
  BatchWriter() {
    plans[0].at_registration = true;
    early.plans = plans;
    open(sample_record_set);
  }
  void open(const record_set& set) {
    store.reset();
    store = std::make_unique<sqlite>(
        sqlite_options{.folder = folder.path, .on_refusal = {&heard::note, &log}});
    store->use_records(set);
    ASSERT_TRUE(testing::reaches(*store, condition::ready)) << store->problem();
  }
  void execute(const std::string& sql) {
    sqlite_connection connection;
    ASSERT_EQ(connection.open_writable(folder.path + "/callgate.db"), errc::ok);
    connection.set_busy_timeout(5'000);
    ASSERT_EQ(connection.execute(sql.c_str()), errc::ok) << connection.message();
  }
  void trigger(const std::string& when, const std::string& raise) {
    execute("CREATE TRIGGER mine BEFORE " + when + " BEGIN SELECT raise(" + raise + "); END");
  }
  outcome post(const std::string& task, const char* stage, const std::string& title,
               unix_micros at = 1'000 * testing::second) {
    auto c = suno_callback(stage, {title}, at);
    c.task_id = task;
    return testing::post_with_records(*store, c).result;
  }
  result<registered_task, errc> expect_task(const std::string& task, const char* user) {
    const std::array<context_value, 1> context{
        {{"user", {.kind = scalar::type::text, .text = user}}}};
    return store->register_task({.mount = "suno",
                                 .task_id = task,
                                 .records = &sample_record_set,
                                 .context = context,
                                 .now = 1});
  }
  std::string row(const std::string& task) {
    const std::string text = text_of(*store->records(sample_record_set, "suno", task));
    return text.substr(0, text.find('\n'));
  }
  void derive_all() {
    for (int i = 0; i < 100; ++i) {
      const auto left = store->derive_records(100);
      if (left && !*left) return;
    }
    ADD_FAILURE() << "derivation does not end";
  }

  testing::temporary_folder folder;
  heard log;
  std::array<record_plan, 2> plans{sample_record_set.plans[0], sample_record_set.plans[1]};
  record_set early = sample_record_set;
  std::unique_ptr<sqlite> store;
};

// Many callbacks of one batch, taken from the queue at once.
struct batch_of {
  testing::inbox in;
  std::vector<testing::callback> callbacks;
  std::vector<append_request> requests;
  std::vector<std::vector<std::byte>> rooms;

  explicit batch_of(const std::vector<std::string>& titles) {
    for (std::size_t i = 0; i < titles.size(); ++i) {
      callbacks.push_back(suno_callback("first", {titles[i]}));
      callbacks.back().task_id = "t" + std::to_string(i);
      rooms.emplace_back(64 * 1024);
    }
    requests.resize(titles.size());
  }
  void submit(std::size_t i, sqlite& store) {
    arena memory{rooms[i]};
    append_request& r = requests[i] = testing::request_of(callbacks[i]);
    r.provider = "suno";
    r.records = &sample_record_set;
    r.payload = sample_record_set.parse(callbacks[i].raw, memory);
    r.stage_index = 1;
    r.completions = &in.queue;
    ASSERT_EQ(store.append(r), submission::queued);
  }
};

TEST_F(BatchWriter, GivesOnlyTheCulpritNoRowsWhenItEndsTheTransaction) {
  trigger("INSERT ON record_suno__task WHEN new.title = 'bad'", "ROLLBACK, 'ended'");
  batch_of batch({"a", "bad", "c", "bad", "e"});
  {
    // While the writer waits for the lock, all of them come together.
    sqlite_connection lock;
    ASSERT_EQ(lock.open_writable(folder.path + "/callgate.db"), errc::ok);
    lock.set_busy_timeout(5'000);
    ASSERT_EQ(lock.execute("BEGIN IMMEDIATE"), errc::ok);
    for (std::size_t i = 0; i < batch.requests.size(); ++i) batch.submit(i, *store);
    ASSERT_EQ(lock.execute("ROLLBACK"), errc::ok);
  }
  ASSERT_NE(batch.in.take(batch.requests.size()), nullptr);
  std::string results;
  for (const append_request& r : batch.requests) results += enum_name(r.result)[0];
  EXPECT_EQ(results, "apapa") << "accepted, processing_failed";
  const auto stored = store->read_events("suno", 0, 9).value();
  ASSERT_EQ(stored.size(), 5U) << "every one of them is kept";
  for (const append_request& r : batch.requests)
    EXPECT_EQ(stored.at(static_cast<std::size_t>(r.sequence) - 1).result, r.result);
  EXPECT_EQ(row("t0"), "task: status=processing title=a owner=/t0;");
  EXPECT_EQ(row("t1"), "task:");
  EXPECT_EQ(row("t4"), "task: status=processing title=e owner=/t4;");
  EXPECT_EQ(store->state(), condition::ready) << store->problem();
  EXPECT_EQ(store->problem(), "");
  EXPECT_EQ(post("t9", "first", "f"), outcome::accepted) << "the sequence goes on";
  EXPECT_EQ(store->last_sequence(), 6);
}

// Nothing can be stored of it at all: it is told so, and the others are not concerned.
TEST_F(BatchWriter, TellsStoreErrorWhereNotEvenTheCallbackCanBeKept) {
  trigger("INSERT ON events WHEN new.stage = 'first'", "ROLLBACK, 'ended'");
  EXPECT_EQ(post("t1", "first", "a"), outcome::store_error);
  EXPECT_EQ(store->state(), condition::ready);
  EXPECT_EQ(post("t1", "text", "a"), outcome::accepted);
  EXPECT_EQ(store->last_sequence(), 1);
}

TEST_F(BatchWriter, RefusesOnlyTheRowsOfACallbackWhoseUpdateIsRefused) {
  trigger("UPDATE ON record_suno__task", "ABORT, 'no updates'");
  EXPECT_EQ(post("t1", "text", "a"), outcome::accepted);
  EXPECT_EQ(post("t1", "first", "b"), outcome::processing_failed);
  EXPECT_EQ(post("t2", "first", "b"), outcome::accepted);
  EXPECT_NE(row("t1").find("title=a"), std::string::npos);
}

// Each of them does what needs no savepoint of a callback: a registration, a derivation, a removal.
class BatchWriterOutside : public BatchWriter, public ::testing::WithParamInterface<const char*> {};

TEST_P(BatchWriterOutside, RegistersATaskWhoseRowsTheDatabaseKeeps) {
  post("t1", "first", "a");
  post("t2", "first", "a");
  trigger("DELETE ON record_suno__task WHEN old._task = 1", GetParam());
  EXPECT_TRUE(expect_task("t1", "u"));
  EXPECT_TRUE(expect_task("t2", "u"));
  EXPECT_EQ(row("t1"), "task: status=processing title=a owner=/t1;") << "as they are";
  EXPECT_EQ(row("t2"), "task: status=processing title=a owner=u/t2;");
  EXPECT_EQ(store->state(), condition::ready);
  EXPECT_NE(log.all().find("task number 1 (1 refused so far): kept"), std::string::npos)
      << log.all();
}

TEST_P(BatchWriterOutside, DerivesTheRowsOfTheOtherTasks) {
  for (const char* task : {"t1", "t2", "t3", "t4"}) post(task, "first", "a");
  record_set changed = sample_record_set;
  changed.digest = 1;
  execute("UPDATE record_suno__task SET title = 'old'");
  trigger("DELETE ON record_suno__task WHEN old._task IN (2, 3)", GetParam());
  open(changed);
  derive_all();
  EXPECT_NE(row("t1").find("title=a"), std::string::npos);
  EXPECT_NE(row("t2").find("title=old"), std::string::npos);
  EXPECT_NE(row("t3").find("title=old"), std::string::npos);
  EXPECT_NE(row("t4").find("title=a"), std::string::npos);
  execute("DROP TRIGGER mine");
  changed.digest = 2;
  open(changed);
  derive_all();
  EXPECT_NE(row("t2").find("title=a"), std::string::npos) << "it may, now";
}

TEST_P(BatchWriterOutside, DerivesTheOtherCallbacksOfATask) {
  post("t1", "text", "a");
  post("t1", "first", "b");
  trigger("INSERT ON record_suno__version WHEN new.title = 'b'", GetParam());
  post("t2", "text", "c");
  record_set changed = sample_record_set;
  changed.digest = 1;
  open(changed);
  derive_all();
  EXPECT_NE(row("t2").find("title=c"), std::string::npos);
  EXPECT_EQ(store->state(), condition::ready);
}

TEST_P(BatchWriterOutside, RemovesTheOtherOldTasks) {
  for (const char* task : {"t1", "t2", "t3", "t4", "t5"}) post(task, "first", "a");
  trigger("DELETE ON record_suno__task WHEN old._task IN (1, 2, 4)", GetParam());
  const auto removed = store->remove_before("suno", 2'000 * testing::second, 3);
  ASSERT_TRUE(removed);
  EXPECT_EQ(*removed, 2U);
  for (const char* task : {"t1", "t2", "t4"}) {
    EXPECT_EQ(store->find(task, "suno", 9)->size(), 1U) << task;
    EXPECT_NE(row(task).find("title=a"), std::string::npos) << "a task that is kept is kept whole";
  }
  EXPECT_EQ(store->read_events("suno", 0, 9)->size(), 3U);
  EXPECT_EQ(store->state(), condition::ready);
  const std::string id = store->find("t1", "suno", 9)->at(0).id;
  EXPECT_EQ(store->remove(id).error(), errc::rejected);
  EXPECT_EQ(store->remove_before("suno", 2'000 * testing::second, 9).value(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Raise, BatchWriterOutside,
                         ::testing::Values("ABORT, 'kept'", "ROLLBACK, 'kept'", "FAIL, 'kept'"));

TEST_F(BatchWriter, TellsNobodyThatATaskIsRegisteredWhenItIsNot) {
  trigger("INSERT ON task_context", "ROLLBACK, 'ended'");
  EXPECT_EQ(expect_task("t1", "u").error(), errc::rejected);
  EXPECT_TRUE(store->find("t1", "suno", 9)->empty());
  EXPECT_EQ(post("t1", "first", "a"), outcome::accepted);
}

TEST_F(BatchWriter, RegistersATaskWhoseFirstRowIsRefused) {
  open(early);
  trigger("INSERT ON record_suno__task", "ROLLBACK, 'ended'");
  EXPECT_TRUE(expect_task("t1", "u"));
  EXPECT_EQ(row("t1"), "task:");
  EXPECT_NE(log.all().find("ended"), std::string::npos);
}

}  // namespace
}  // namespace callgate::store
