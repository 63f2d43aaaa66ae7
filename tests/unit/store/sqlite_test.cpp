// SPDX-License-Identifier: Apache-2.0
// (sqlite_batch is what it commits at once)
#include <callgate/store/sqlite.hpp>

#include <tests/support/fault_vfs.hpp>
#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace callgate::testing {
namespace {

using namespace std::chrono_literals;
using store::condition;
using store::errc;
using store::submission;

class SqliteStore : public ::testing::Test {
 protected:
  SqliteStore() {
    options.folder = folder.path + "/data";
    options.first_reopen_delay = 1ms;
    options.max_reopen_delay = 5ms;
  }

  std::unique_ptr<store::sqlite> opened() {
    auto s = std::make_unique<store::sqlite>(options);
    EXPECT_TRUE(reaches(*s, condition::ready)) << s->problem();
    return s;
  }
  [[nodiscard]] std::string database() const { return options.folder + "/callgate.db"; }

  static std::string content(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
  }

  temporary_folder folder;
  store::sqlite_options options;
};

// Another program that holds the database's write lock.
struct foreign_lock {
  store::sqlite_connection connection;

  explicit foreign_lock(const std::string& path) {
    EXPECT_EQ(connection.open_writable(path), errc::ok);
    connection.set_busy_timeout(5000);
    EXPECT_EQ(connection.execute("BEGIN IMMEDIATE"), errc::ok);
  }
  void release() { EXPECT_EQ(connection.execute("ROLLBACK"), errc::ok); }
};

// Callbacks in flight at once.
struct flight {
  inbox in;
  std::vector<callback> callbacks;
  std::vector<store::append_request> requests;

  explicit flight(std::size_t n) : callbacks(n), requests(n) {
    for (std::size_t i = 0; i < n; ++i) callbacks[i].task_id = "t" + std::to_string(i);
  }
  submission submit(store::sqlite& s, std::size_t i) {
    requests[i] = request_of(callbacks[i]);
    requests[i].completions = &in.queue;
    return s.append(requests[i]);
  }
};

std::string refusal(const store::sqlite_options& options) {
  try {
    store::sqlite s{options};
  } catch (const startup_error& e) {
    return e.what();
  }
  return "it started";
}

// --- restarts

TEST_F(SqliteStore, KeepsEverythingOverARestart) {
  callback c;
  c.key = "k";
  {
    const auto s = opened();
    EXPECT_EQ(post(*s, c).sequence, 1);
    EXPECT_EQ(s->save_cursor("downloads", 1), errc::ok);
    callback q;
    q.decided = outcome::bad_json;
    EXPECT_EQ(post(*s, q).sequence, 1);
  }
  const auto s = opened();
  EXPECT_EQ(s->last_sequence(), 1);
  EXPECT_TRUE(s->wait_for_events(0, 0ms));
  const posted again = post(*s, c);
  EXPECT_EQ(again.result, outcome::duplicate);
  EXPECT_EQ(again.sequence, 1);
  EXPECT_EQ(*s->cursor("downloads"), 1);
  EXPECT_EQ(post(*s, callback{}).sequence, 2);
  callback q;
  q.decided = outcome::bad_json;
  EXPECT_EQ(post(*s, q).sequence, 2);
}

TEST_F(SqliteStore, GoesOnWithTheSequenceWhenAllEventsWereRemoved) {
  {
    const auto s = opened();
    post(*s, callback{});
    post(*s, callback{});
    EXPECT_EQ(*s->remove_before("suno", 2'000 * second, 100), 1u);
  }
  EXPECT_EQ(post(*opened(), callback{}).sequence, 3);
}

TEST_F(SqliteStore, KnowsTheQuarantinesSizeAfterARestart) {
  options.max_quarantine_rows = 2;
  callback c;
  c.decided = outcome::bad_json;
  for (int i = 0; i < 3; ++i) post(*opened(), c);
  const auto s = opened();
  EXPECT_EQ(s->evicted(), 1);
  EXPECT_EQ(list(*s).size(), 2u);
}

TEST_F(SqliteStore, LeavesOnlyADatabaseAndItsLockBehind) {
  post(*opened(), callback{});
  EXPECT_NE(::access(database().c_str(), F_OK), -1);
  EXPECT_EQ(::access((database() + "-wal").c_str(), F_OK), -1);
}

TEST_F(SqliteStore, KeepsItsFilesFromOthers) {
  ASSERT_EQ(::mkdir(options.folder.c_str(), 0755), 0);
  post(*opened(), callback{});
  struct stat about {};
  ASSERT_EQ(::stat(database().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
}

TEST_F(SqliteStore, UsesLargePages) {
  opened();
  store::sqlite_connection connection;
  ASSERT_EQ(connection.open_readable(database()), errc::ok);
  store::sqlite_statement pages;
  ASSERT_EQ(pages.prepare(connection, "PRAGMA page_size"), errc::ok);
  auto rows = pages.query();
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.integer(0), 16384);
}

// --- what it refuses

TEST_F(SqliteStore, RefusesAFolderInUseAndNamesTheHolder) {
  const auto s = opened();
  EXPECT_EQ(refusal(options), "data folder '" + options.folder + "' is in use by process " +
                                  std::to_string(::getpid()) +
                                  ": stop it or choose another with --data");
}

TEST_F(SqliteStore, LetsGoOfTheFolderWhenStopped) {
  const auto s = opened();
  s->stop();
  opened();
}

TEST_F(SqliteStore, RefusesADatabaseThatIsNotSqliteAndLeavesItAlone) {
  ASSERT_EQ(::mkdir(options.folder.c_str(), 0700), 0);
  for (const std::string& text : {std::string{"hello"}, std::string(100'000, 'x')}) {
    std::ofstream{database(), std::ios::binary | std::ios::trunc} << text;
    {
      store::sqlite s{options};
      ASSERT_TRUE(reaches(s, condition::failing));
      EXPECT_EQ(post(s, callback{}).submitted, submission::unavailable);
      EXPECT_EQ(s.history({}).error(), errc::corrupt);
      EXPECT_EQ(s.save_cursor("c", 1), errc::corrupt);
      EXPECT_NE(s.problem(), "");
    }
    EXPECT_EQ(content(database()), text);
  }
}

TEST_F(SqliteStore, RefusesTheDatabaseOfAnotherProgram) {
  ASSERT_EQ(::mkdir(options.folder.c_str(), 0700), 0);
  {
    store::sqlite_connection other;
    ASSERT_EQ(other.open_writable(database()), errc::ok);
    ASSERT_EQ(other.execute("CREATE TABLE bookmarks (url TEXT)"), errc::ok);
  }
  const std::string before = content(database());
  {
    store::sqlite s{options};
    ASSERT_TRUE(reaches(s, condition::failing));
    EXPECT_EQ(s.problem(), "it belongs to another program");
  }
  EXPECT_EQ(content(database()), before);
}

TEST_F(SqliteStore, RefusesTheDatabaseOfALaterVersion) {
  opened();
  {
    store::sqlite_connection later;
    ASSERT_EQ(later.open_writable(database()), errc::ok);
    ASSERT_EQ(later.execute("PRAGMA user_version = 99"), errc::ok);
  }
  store::sqlite s{options};
  ASSERT_TRUE(reaches(s, condition::failing));
  EXPECT_EQ(s.problem(), "a later version of callgate wrote it");
  EXPECT_EQ(s.cursor("c").error(), errc::corrupt);
}

TEST_F(SqliteStore, RecoversWhenABrokenDatabaseIsTakenAway) {
  ASSERT_EQ(::mkdir(options.folder.c_str(), 0700), 0);
  std::ofstream{database()} << "hello";
  store::sqlite s{options};
  ASSERT_TRUE(reaches(s, condition::failing));
  ASSERT_EQ(::unlink(database().c_str()), 0);
  ASSERT_TRUE(reaches(s, condition::ready));
  EXPECT_EQ(s.problem(), "");
  EXPECT_EQ(post(s, callback{}).result, outcome::accepted);
}

// --- the queue and group commit

TEST_F(SqliteStore, CommitsManyWaitingCallbacksAtOnce) {
  const auto s = opened();
  post(*s, callback{});  // the tables' first pages
  foreign_lock lock{database()};
  flight f{1000};
  ASSERT_EQ(f.submit(*s, 0), submission::queued);
  std::this_thread::sleep_for(20ms);  // the writer has it and waits for the lock
  const std::uint64_t before = s->commits();
  for (std::size_t i = 1; i < 1000; ++i) ASSERT_EQ(f.submit(*s, i), submission::queued);
  lock.release();
  std::set<std::int64_t> sequences;
  for (const auto* r = f.in.take(1000); r != nullptr; r = r->next) {
    EXPECT_EQ(r->result, outcome::accepted);
    sequences.insert(r->sequence);
  }
  ASSERT_EQ(sequences.size(), 1000u);
  EXPECT_EQ(*sequences.begin(), 2);
  EXPECT_EQ(*sequences.rbegin(), 1001);
  // One for the first, and 999 in batches of 256.
  EXPECT_LE(s->commits() - before, 5u);
}

TEST_F(SqliteStore, BoundsABatchByBytesButTakesEveryBody) {
  options.max_batch_bytes = 1000;
  const auto s = opened();
  foreign_lock lock{database()};
  flight f{10};
  for (callback& c : f.callbacks) c.raw = std::string(600, 'x');
  f.callbacks[5].raw = std::string(5'000'000, 'y');
  const std::uint64_t before = s->commits();
  for (std::size_t i = 0; i < 10; ++i) ASSERT_EQ(f.submit(*s, i), submission::queued);
  lock.release();
  ASSERT_NE(f.in.take(10), nullptr);
  EXPECT_EQ(s->commits() - before, 10u);
  EXPECT_EQ(entry_of(*s, "t5").raw, f.callbacks[5].raw);
}

TEST_F(SqliteStore, AnswersFullOverTheQueuesBoundAndReadsGoOn) {
  options.max_queued_appends = 3;
  const auto s = opened();
  callback known;
  post(*s, known);
  foreign_lock lock{database()};
  flight f{4};
  for (std::size_t i = 0; i < 3; ++i) ASSERT_EQ(f.submit(*s, i), submission::queued);
  EXPECT_EQ(f.submit(*s, 3), submission::full);
  // The writer is busy; reads are not.
  EXPECT_EQ(found(*s, "task-1").size(), 1u);
  EXPECT_EQ(list(*s).size(), 1u);
  EXPECT_EQ(s->read_events("suno", 0, 10)->size(), 1u);
  EXPECT_EQ(*s->cursor("c"), 0);
  lock.release();
  ASSERT_NE(f.in.take(3), nullptr);
  EXPECT_EQ(f.submit(*s, 3), submission::queued);
  ASSERT_NE(f.in.take(1), nullptr);
}

TEST_F(SqliteStore, FinishesWhatIsQueuedBeforeItStops) {
  const auto s = opened();
  foreign_lock lock{database()};
  flight f{500};
  for (std::size_t i = 0; i < 500; ++i) ASSERT_EQ(f.submit(*s, i), submission::queued);
  std::thread stopping{[&] { s->stop(); }};
  std::this_thread::sleep_for(10ms);
  lock.release();
  stopping.join();
  for (const auto* r = f.in.take(500); r != nullptr; r = r->next)
    EXPECT_EQ(r->result, outcome::accepted);
  EXPECT_EQ(opened()->last_sequence(), 500);
}

TEST_F(SqliteStore, RemovesALotInSmallSteps) {
  const auto s = opened();
  flight f{300};
  for (std::size_t i = 0; i < 300; ++i) ASSERT_EQ(f.submit(*s, i), submission::queued);
  ASSERT_NE(f.in.take(300), nullptr);
  const std::uint64_t before = s->commits();
  EXPECT_EQ(*s->remove_before("suno", 2'000 * second, 200), 200u);
  EXPECT_EQ(s->commits() - before, 4u);
  EXPECT_EQ(*s->remove_before("suno", 2'000 * second, 200), 100u);
  EXPECT_EQ(list(*s).size(), 0u);
}

// The memory store keeps less than a page may look at.
TEST_F(SqliteStore, EndsAPageThatLooksForTooLong) {
  const auto s = opened();
  constexpr std::size_t bound = limits::max_examined_entries;
  for (std::size_t made = 0; made < bound + 10;) {
    flight f{1000};
    const std::size_t count = std::min<std::size_t>(1000, bound + 10 - made);
    for (std::size_t i = 0; i < count; ++i) {
      f.callbacks[i].task_id = "t" + std::to_string(made);
      f.callbacks[i].at = static_cast<unix_micros>(++made);
      ASSERT_EQ(f.submit(*s, i), submission::queued);
    }
    ASSERT_NE(f.in.take(count), nullptr);
  }
  store::history_query query;
  query.text = "t9 is no part of it";
  const auto none = s->history(query);
  EXPECT_TRUE(none->entries.empty());
  ASSERT_TRUE(none->next) << "there is more to look at";
  EXPECT_EQ(none->next->at, 11);
  query.after = none->next;
  EXPECT_FALSE(s->history(query)->next);
  query = {};
  query.text = "t4";
  query.limit = 1000'000;
  const auto first = s->history(query);
  EXPECT_EQ(first->entries.size(), 1110u) << "t4000 to t4999, t400 to t499, t40 to t49";
  query.after = first->next;
  EXPECT_EQ(s->history(query)->entries.size(), 1u) << "t4 itself";
}

TEST_F(SqliteStore, RemovesOneTaskOfManyEventsInSmallSteps) {
  const auto s = opened();
  flight f{3'000};
  for (std::size_t i = 0; i < 3'000; ++i) {
    f.callbacks[i].task_id = "one";
    ASSERT_EQ(f.submit(*s, i), submission::queued);
  }
  ASSERT_NE(f.in.take(3'000), nullptr);
  const std::uint64_t before = s->commits();
  EXPECT_TRUE(*s->remove(found(*s, "one").at(0).id));
  EXPECT_GE(s->commits() - before, 3u);
  EXPECT_EQ(list(*s).size(), 0u);
  EXPECT_EQ(s->read_events("suno", 0, 1)->size(), 0u);
}

TEST_F(SqliteStore, RemovesATaskOfManyEventsInSmallSteps) {
  const auto s = opened();
  callback c;
  for (int i = 0; i < 3'000; ++i) post(*s, c);
  const std::uint64_t before = s->commits();
  EXPECT_EQ(*s->remove_before("suno", 2'000 * second, 100), 1u);
  EXPECT_GE(s->commits() - before, 3u);
  EXPECT_EQ(list(*s).size(), 0u);
  EXPECT_EQ(s->read_events("suno", 0, 1)->size(), 0u);
}

// Retention seeks; it does not read what other mounts keep for ever.
TEST_F(SqliteStore, FindsWhatIsOldByAnIndex) {
  const auto s = opened();
  post(*s, callback{});
  store::sqlite_connection connection;
  ASSERT_EQ(connection.open_readable(database()), errc::ok);
  for (const char* query : {"SELECT number FROM tasks WHERE mount = 'm' AND last_received_at < 1"
                            " ORDER BY last_received_at LIMIT 1",
                            "SELECT number FROM quarantine WHERE mount = 'm' AND received_at < 1"
                            " ORDER BY received_at LIMIT 1"}) {
    store::sqlite_statement plan;
    ASSERT_EQ(plan.prepare(connection, std::string("EXPLAIN QUERY PLAN ") + query), errc::ok);
    auto rows = plan.query();
    ASSERT_TRUE(rows.next());
    EXPECT_NE(rows.text(3).find("(mount=? AND "), std::string::npos) << rows.text(3);
    EXPECT_FALSE(rows.next()) << "it sorts, too: " << rows.text(3);
  }
}

TEST_F(SqliteStore, ForgetsDeliveriesWhoseTimeIsOver) {
  const auto s = opened();
  callback c;
  c.ttl_us = minute;
  for (int i = 0; i < 10; ++i) post(*s, c);
  c.ttl_us = 1'000 * minute;
  post(*s, c);
  EXPECT_EQ(*s->forget_deliveries(c.at + minute - 1, 100), 0u);
  EXPECT_EQ(*s->forget_deliveries(c.at + minute, 4), 4u);
  EXPECT_EQ(*s->forget_deliveries(c.at + minute, 100), 6u);
  store::sqlite_connection connection;
  ASSERT_EQ(connection.open_readable(database()), errc::ok);
  store::sqlite_statement count;
  ASSERT_EQ(count.prepare(connection, "SELECT count(*) FROM deliveries"), errc::ok);
  auto rows = count.query();
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.integer(0), 1);
}

TEST_F(SqliteStore, KeepsTheLogSmallUnderLoad) {
  options.checkpoint_pages = 50;
  const auto s = opened();
  callback c;
  c.raw = std::string(20'000, 'r');
  std::int64_t largest = 0;
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(post(*s, c).result, outcome::accepted);
    struct stat log {};
    ASSERT_EQ(::stat((database() + "-wal").c_str(), &log), 0);
    largest = std::max<std::int64_t>(largest, log.st_size);
  }
  // 500 bodies are over 1000 pages; several rounds of 50 and what came while the helper ran.
  EXPECT_LT(largest, 500 * 16'384);
}

// --- opening and locks

TEST_F(SqliteStore, IsNotOpenWhileAnotherProgramHoldsTheDatabase) {
  opened();
  options.busy_timeout = 10ms;
  foreign_lock lock{database()};
  store::sqlite s{options};
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(s.state(), condition::opening);
  EXPECT_EQ(post(s, callback{}).submitted, submission::unavailable);
  EXPECT_EQ(s.history({}).error(), errc::busy);
  lock.release();
  EXPECT_TRUE(reaches(s, condition::ready));
}

TEST_F(SqliteStore, SaysThatItIsNotOpenYet) {
  opened();
  foreign_lock lock{database()};
  store::sqlite s{options};
  EXPECT_EQ(s.state(), condition::opening);
  EXPECT_EQ(s.history({}).error(), errc::not_open);
  EXPECT_EQ(s.save_cursor("c", 1), errc::not_open);
  EXPECT_EQ(s.last_sequence(), 0);
  lock.release();
  EXPECT_TRUE(reaches(s, condition::ready));
}

TEST_F(SqliteStore, GivesABatchBackWhenAnotherProgramHoldsTheLockForTooLong) {
  options.busy_timeout = 20ms;
  const auto s = opened();
  foreign_lock lock{database()};
  const posted p = post(*s, callback{});
  EXPECT_EQ(p.result, outcome::store_error);
  EXPECT_EQ(p.sequence, 0);
  EXPECT_EQ(list(*s).size(), 0u);  // reads stay live
  lock.release();
  ASSERT_TRUE(reaches(*s, condition::ready));
  foreign_lock again{database()};
  EXPECT_EQ(s->save_cursor("c", 1), errc::busy);
  again.release();
  ASSERT_TRUE(reaches(*s, condition::ready));
  EXPECT_EQ(post(*s, callback{}).sequence, 1);
}

// --- faults of the disk

TEST_F(SqliteStore, SyncsTheLogBeforeItGivesACallbackBack) {
  fault_vfs disk;
  const auto s = opened();
  callback c;
  for (int i = 0; i < 20; ++i) {
    store::append_request r = request_of(c);
    struct watch {
      fault_vfs& disk;
      std::int64_t written = 0;
      std::int64_t synced = 0;
      std::atomic<bool> back{false};
    } seen{disk};
    store::completion_queue queue{[](void* w) noexcept {
                                    auto& at = *static_cast<watch*>(w);
                                    at.written = at.disk.log_writes.load();
                                    at.synced = at.disk.log_syncs.load();
                                    at.back.store(true);
                                  },
                                  &seen};
    r.completions = &queue;
    const std::int64_t written = disk.log_writes.load();
    const std::int64_t synced = disk.log_syncs.load();
    ASSERT_EQ(s->append(r), submission::queued);
    while (!seen.back.load()) std::this_thread::yield();
    EXPECT_GT(seen.written, written);
    EXPECT_GT(seen.synced, synced);
  }
  s->stop();
}

TEST_F(SqliteStore, AcknowledgesNothingFromACommitWhoseSyncFailed) {
  fault_vfs disk;
  const auto s = opened();
  callback first;
  EXPECT_EQ(post(*s, first).sequence, 1);
  callback c;
  c.key = "k";
  disk.failing_log_syncs = 1;
  EXPECT_EQ(post(*s, c).result, outcome::store_error);
  ASSERT_TRUE(reaches(*s, condition::ready));
  // The sender tries again: it is either new or was stored, but never lost and never doubled.
  const posted again = post(*s, c);
  EXPECT_TRUE(again.result == outcome::accepted || again.result == outcome::duplicate);
  EXPECT_EQ(again.sequence, 2);
  EXPECT_EQ(post(*s, c).result, outcome::duplicate);
  EXPECT_EQ(s->read_events("suno", 0, 10)->size(), 2u);
  s->stop();
}

TEST_F(SqliteStore, FailsWhileTheDiskCannotSyncAndRecoversAlone) {
  fault_vfs disk;
  const auto s = opened();
  disk.failing_log_syncs = 1'000'000;
  disk.full = true;  // the checkpoint of an empty log syncs nothing, so writing has to fail as well
  EXPECT_EQ(post(*s, callback{}).result, outcome::store_error);
  disk.full = false;
  disk.failing_log_syncs = 1'000'000;
  for (int i = 0; i < 5; ++i) {
    const posted p = post(*s, callback{});
    EXPECT_TRUE(p.submitted == submission::unavailable || p.result == outcome::store_error);
  }
  reaches(*s, condition::ready);
  EXPECT_EQ(s->save_cursor("c", 1), errc::io_error);
  disk.failing_log_syncs = 0;
  ASSERT_TRUE(reaches(*s, condition::ready));
  EXPECT_EQ(post(*s, callback{}).result, outcome::accepted);
  s->stop();
}

TEST_F(SqliteStore, AnswersStoreErrorOnAFullDiskAndRecoversAlone) {
  fault_vfs disk;
  const auto s = opened();
  EXPECT_EQ(post(*s, callback{}).sequence, 1);
  disk.full = true;
  flight f{50};
  std::size_t queued = 0;
  for (std::size_t i = 0; i < 50; ++i) queued += f.submit(*s, i) == submission::queued;
  ASSERT_GT(queued, 0u);
  for (const auto* r = f.in.take(queued); r != nullptr; r = r->next) {
    EXPECT_EQ(r->result, outcome::store_error);
    EXPECT_EQ(r->sequence, 0);
  }
  EXPECT_EQ(list(*s).size(), 1u);  // reads stay live
  reaches(*s, condition::ready);
  EXPECT_EQ(s->save_cursor("c", 1), errc::disk_full);
  EXPECT_EQ(s->dead_letter("c", 1, 1, ""), errc::disk_full);
  disk.full = false;
  ASSERT_TRUE(reaches(*s, condition::ready));
  EXPECT_EQ(post(*s, callback{}).sequence, 2);
  EXPECT_EQ(s->read_events("suno", 0, 100)->size(), 2u);
  s->stop();
}

// Breaks the N-th write, sync or truncation for N = 0, 1, 2, ... until a run meets no fault.
// Whatever was acknowledged must be there afterwards, everything sent again must end stored, each
// key once.
TEST_F(SqliteStore, SurvivesAFaultOfEverySingleDiskOperation) {
  options.checkpoint_pages = 8;
  options.max_quarantine_rows = 2;
  bool met = true;
  int runs = 0;
  for (std::int64_t n = 0; met; ++n, ++runs) {
    ASSERT_LT(n, 2000);
    options.folder = folder.path + "/run" + std::to_string(n);
    fault_vfs disk;
    disk.fail_at = n;
    disk.skip_syncs = true;
    {
      store::sqlite s{options};
      for (int i = 0; i < 8; ++i) {
        callback c;
        c.task_id = "t" + std::to_string(i);
        c.key = c.task_id;
        c.raw = std::string(20'000, static_cast<char>('a' + i));
        if (i % 4 == 3) c.decided = outcome::bad_json;
        for (int tries = 0;; ++tries) {
          ASSERT_LT(tries, 1000);
          ASSERT_TRUE(reaches(s, condition::ready)) << n;
          const posted p = post(s, c);
          if (p.submitted == submission::queued && p.result != outcome::store_error) break;
        }
      }
    }
    met = disk.operations.load() > n;
    disk.fail_at = -1;
    const auto s = opened();
    const auto events = s->read_events("suno", 0, 100);
    ASSERT_EQ(events->size(), 6u) << n;
    for (std::size_t i = 0; i < 6; ++i)
      ASSERT_EQ((*events)[i].sequence, static_cast<std::int64_t>(i + 1)) << n;
    ASSERT_EQ(list(*s, "suno").size(), 8u) << n;
    s->stop();
  }
  EXPECT_GT(runs, 50);
  RecordProperty("runs", runs);
}

}  // namespace
}  // namespace callgate::testing
