// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/sqlite_spools.hpp>

#include <tests/support/fault_vfs.hpp>
#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include <dirent.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {
std::atomic<bool> spools_stay{false};  // no spool can be removed
}  // namespace

// In front of the C library's.
extern "C" int unlink(const char* path) noexcept {
  if (spools_stay.load() && std::string_view{path}.ends_with("/spool.db"))
    return errno = EACCES, -1;
  return static_cast<int>(::syscall(SYS_unlink, path));
}

namespace callgate::testing {
namespace {

using store::append_request;
using store::errc;
using store::sqlite_spools;
using store::sqlite_writer;

class SqliteSpools : public ::testing::Test {
 protected:
  SqliteSpools() { options.folder = folder.path; }

  void keep(sqlite_spools& spools, const callback& c) {
    append_request r = request_of(c);
    ASSERT_EQ(spools.keep(&r), errc::ok) << spools.problem();
  }
  // Three events, the last a conflict of the second, and a quarantined body.
  void keep_four(sqlite_spools& spools, const std::string& name) {
    callback c;
    c.task_id = name;
    c.key = name + "1";
    keep(spools, c);
    c.key = name + "2";
    c.conflicts = true;
    keep(spools, c);
    c.raw = "other";
    keep(spools, c);
    c.decided = outcome::bad_json;
    keep(spools, c);
  }
  std::unique_ptr<sqlite_writer> writer() {
    auto made = std::make_unique<sqlite_writer>(options);
    return made->open(folder.path + "/callgate.db") == errc::ok ? std::move(made) : nullptr;
  }
  // Opens the database again after each of its errors.
  void drain_all(sqlite_spools& spools) {
    std::unique_ptr<sqlite_writer> w;
    std::size_t moved = 0;
    for (int tries = 0; !spools.empty(); ++tries) {
      ASSERT_LT(tries, 100);
      if (w == nullptr && (w = writer()) == nullptr) continue;
      if (spools.drain(*w, &moved) != errc::ok) w.reset();
    }
  }
  std::int64_t count(const std::string& sql) {
    store::sqlite_connection connection;
    store::sqlite_statement statement;
    EXPECT_EQ(connection.open_readable(folder.path + "/callgate.db"), errc::ok);
    EXPECT_EQ(statement.prepare(connection, sql), errc::ok) << connection.message();
    auto rows = statement.query();
    return rows.next() ? rows.integer(0) : -1;
  }
  int spool_folders() {
    int found = 0;
    DIR* const all = ::opendir(folder.path.c_str());
    while (const dirent* one = ::readdir(all))
      if (std::string_view{one->d_name}.starts_with(sqlite_spools::prefix)) ++found;
    ::closedir(all);
    return found;
  }

  temporary_folder folder;
  store::sqlite_options options;
};

TEST_F(SqliteSpools, DrainTheirCallbacksOnceAndAreGone) {
  sqlite_spools spools{options};
  EXPECT_TRUE(spools.empty());
  keep_four(spools, "a");
  EXPECT_FALSE(spools.empty());
  drain_all(spools);
  EXPECT_EQ(count("SELECT count(*) FROM events"), 3);
  EXPECT_EQ(count("SELECT group_concat(result) = '0,0,2' FROM events"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM cursors"), 0);
  EXPECT_EQ(spool_folders(), 0);
  EXPECT_EQ(spools.take_unreadable(), 0u);
}

TEST_F(SqliteSpools, OfOthersAreTakenOnceTheyHaveEnded) {
  sqlite_spools ours{options};
  {
    sqlite_spools theirs{options};
    keep_four(theirs, "theirs");
    ours.find_left();
    EXPECT_TRUE(ours.empty()) << "its receiver is alive";
    theirs.close();
  }
  keep_four(ours, "ours");
  ours.find_left();
  ours.find_left();
  drain_all(ours);
  EXPECT_EQ(count("SELECT count(*) FROM events"), 6);
  EXPECT_EQ(count("SELECT task_id = 'theirs' FROM tasks WHERE number = 1"), 1);
  EXPECT_EQ(spool_folders(), 0);
}

TEST_F(SqliteSpools, DuplicatesOfWhatTheDatabaseKnowsAreNotStoredAgain) {
  sqlite_spools spools{options};
  callback c;
  c.key = "same";
  {
    const auto w = writer();
    append_request r = request_of(c);
    ASSERT_EQ(w->begin(), errc::ok);
    ASSERT_EQ(w->append(r), errc::ok);
    ASSERT_EQ(w->commit(), errc::ok);
  }
  keep(spools, c);
  drain_all(spools);
  EXPECT_EQ(count("SELECT count(*) FROM events"), 1);
}

TEST_F(SqliteSpools, CountTheBodiesThatTheirBoundsPushedOut) {
  options.max_quarantine_rows = 2;
  sqlite_spools spools{options};
  callback c;
  c.decided = outcome::bad_json;
  for (int i = 0; i < 5; ++i) keep(spools, c);
  keep(spools, callback{});
  drain_all(spools);
  EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 2);
  EXPECT_EQ(count("SELECT value FROM counters WHERE name = 'evicted'"), 3);
}

TEST_F(SqliteSpools, ThatHoldNothingAreRemovedWhenTheirReceiverEndsAndLeftOtherwise) {
  {
    sqlite_spools spools{options};
    ASSERT_EQ(spools.open_own(), errc::ok);
    EXPECT_EQ(spool_folders(), 1);
    spools.close();
    EXPECT_EQ(spool_folders(), 0);
    keep(spools, callback{});
    spools.close();
  }
  EXPECT_EQ(spool_folders(), 1);
}

TEST_F(SqliteSpools, ThatWereNeverFinishedAreRemoved) {
  ASSERT_EQ(::mkdir((folder.path + "/standby-half").c_str(), 0700), 0);
  sqlite_spools spools{options};
  spools.find_left();
  EXPECT_TRUE(spools.empty());
  EXPECT_EQ(spool_folders(), 0);
}

TEST_F(SqliteSpools, ThatCannotBeReadAreLeftWhereTheyAre) {
  const std::string broken = folder.path + "/standby-broken";
  ASSERT_EQ(::mkdir(broken.c_str(), 0700), 0);
  std::ofstream{broken + "/spool.db"} << std::string(4096, 'x');
  sqlite_spools spools{options};
  spools.find_left();
  ASSERT_FALSE(spools.empty());
  drain_all(spools);
  EXPECT_EQ(spools.take_unreadable(), 1u);
  EXPECT_EQ(spools.take_unreadable(), 0u);
  spools.find_left();
  EXPECT_TRUE(spools.empty()) << "not again and again";
  EXPECT_EQ(spool_folders(), 1);
}

TEST_F(SqliteSpools, ThatCannotBeRemovedAreNotDrainedAgain) {
  {
    sqlite_spools spools{options};
    keep_four(spools, "a");
    spools_stay = true;
    drain_all(spools);
    EXPECT_EQ(spools.take_unreadable(), 1u);
  }
  spools_stay = false;
  EXPECT_EQ(spool_folders(), 1);
  sqlite_spools later{options};
  later.find_left();
  drain_all(later);
  EXPECT_EQ(count("SELECT count(*) FROM events"), 3);
  EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 1);
  EXPECT_EQ(spool_folders(), 0);
}

// Boost.Beast's fail_count: the n-th operation on the disk fails, n = 0, 1, 2, ... until none does.
TEST_F(SqliteSpools, LoseAndDoubleNothingWhateverOperationOfTheirDrainingFails) {
  bool met = true;
  int runs = 0;
  for (std::int64_t n = 0; met; ++n, ++runs) {
    ASSERT_LT(n, 1000);
    temporary_folder fresh;
    folder.path.swap(fresh.path);
    options.folder = folder.path;
    fault_vfs disk;
    disk.skip_syncs = true;
    ASSERT_NE(writer(), nullptr);
    {
      sqlite_spools left{options};
      keep_four(left, "left");
    }
    {
      sqlite_spools spools{options};
      keep_four(spools, "own");
      spools.find_left();
      const std::int64_t at = disk.operations.load() + n;
      disk.fail_at = at;
      drain_all(spools);
      met = disk.operations.load() > at;
    }
    sqlite_spools later{options};  // what could not be read is left to the next start
    later.find_left();
    drain_all(later);
    ASSERT_EQ(count("SELECT count(*) FROM events"), 6) << n;
    ASSERT_EQ(count("SELECT count(*) FROM quarantine"), 2) << n;
    ASSERT_EQ(spool_folders(), 0) << n;
    folder.path.swap(fresh.path);
  }
  EXPECT_GT(runs, 10);
}

}  // namespace
}  // namespace callgate::testing
