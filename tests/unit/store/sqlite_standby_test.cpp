// SPDX-License-Identifier: Apache-2.0
// Two stores of one folder, as two processes would open them, and a store below its disk floor.
#include <callgate/store/sqlite_engine.hpp>

#include <callgate/store/sqlite.hpp>
#include <tests/support/record_sample.hpp>
#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

namespace callgate::testing {
namespace {

using store::condition;
using store::errc;
using store::notice;
using store::receiving_mode;
using store::submission;

// What sqlite_engine tells.
struct hearer {
  std::mutex mutex;
  std::vector<notice> heard;

  static void hear(void* self, const notice& what) {
    auto& h = *static_cast<hearer*>(self);
    const std::lock_guard lock{h.mutex};
    h.heard.push_back(what);
  }
  std::vector<std::pair<notice::kind, std::int64_t>> all() {
    const std::lock_guard lock{mutex};
    std::vector<std::pair<notice::kind, std::int64_t>> out;
    for (const notice& n : heard) out.emplace_back(n.what, n.number);
    return out;
  }
};

template <class Store>
bool becomes(const Store& store, receiving_mode wanted) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (store.mode() != wanted && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  return store.mode() == wanted;
}

class SqliteStandby : public ::testing::Test {
 protected:
  std::unique_ptr<store::sqlite> opened(bool standby, hearer* told = nullptr) {
    store::sqlite_options o;
    o.folder = folder.path + "/data";
    o.standby = standby;
    if (told != nullptr) o.on_notice = &hearer::hear, o.notice_owner = told;
    auto s = std::make_unique<store::sqlite>(o);
    EXPECT_TRUE(reaches(*s, condition::ready)) << s->problem();
    return s;
  }
  static callback about(const std::string& task) {
    callback c;
    c.task_id = c.key = task;
    return c;
  }

  temporary_folder folder;
};

TEST_F(SqliteStandby, IsRefusedUnlessItIsAskedFor) {
  const auto active = opened(false);
  EXPECT_EQ(active->mode(), receiving_mode::active);
  EXPECT_THROW(opened(false), startup_error);
}

TEST_F(SqliteStandby, KeepsCallbacksWhileItIsPassiveAndStoresThemOnceItLeads) {
  hearer told;
  const auto active = opened(false);
  ASSERT_EQ(post(*active, about("a")).result, outcome::accepted);
  const auto standby = opened(true, &told);
  EXPECT_EQ(standby->mode(), receiving_mode::passive);
  callback bad = about("b");
  bad.decided = outcome::bad_json;
  for (const callback& c : {about("a"), about("c"), about("c")}) {
    const posted p = post(*standby, c);
    EXPECT_EQ(p.submitted, submission::queued);
    EXPECT_EQ(p.result, outcome::passive);
    EXPECT_EQ(p.sequence, 0);
  }
  EXPECT_EQ(post(*standby, bad).result, outcome::bad_json);
  active->stop();
  ASSERT_TRUE(becomes(*standby, receiving_mode::active));
  EXPECT_EQ(list(*standby).size(), 3u);
  EXPECT_EQ(standby->last_sequence(), 2);
  const posted later = post(*standby, about("c"));
  EXPECT_EQ(later.result, outcome::duplicate);
  EXPECT_EQ(later.sequence, 2);
  using kind = notice::kind;
  EXPECT_EQ(told.all(),
            (std::vector<std::pair<kind, std::int64_t>>{
                {kind::passive, ::getpid()}, {kind::lock_acquired, 0}, {kind::drained, 4}}));
}

TEST_F(SqliteStandby, SaysThatItIsPassiveToWhoReadsOrChanges) {
  const auto active = opened(false);
  const auto standby = opened(true);
  EXPECT_EQ(standby->history({}).error(), errc::passive);
  EXPECT_EQ(standby->mounts("").error(), errc::passive);
  EXPECT_EQ(standby->cursor("c").error(), errc::passive);
  EXPECT_EQ(standby->save_cursor("c", 1), errc::passive);
  EXPECT_EQ(standby->remove("id").error(), errc::passive);
  EXPECT_EQ(standby->derive_records(1).error(), errc::passive);
  standby->stop();
  EXPECT_EQ(standby->save_cursor("c", 1), errc::stopped);
}

TEST_F(SqliteStandby, DerivesTheRecordsOfWhatItsSpoolKept) {
  const auto active = opened(false);
  const auto standby = opened(true);
  active->use_records(sample_record_set);
  standby->use_records(sample_record_set);
  const auto direct = post_with_records(*active, suno_callback("complete", {"A", "B"}, minute));
  EXPECT_EQ(direct.result, outcome::accepted);
  const auto rows = active->records(sample_record_set, "suno", "task-1");
  callback again = suno_callback("complete", {"A", "B"}, minute);
  again.task_id = "task-2";
  EXPECT_EQ(post_with_records(*standby, again).result, outcome::passive);
  active->stop();
  ASSERT_TRUE(becomes(*standby, receiving_mode::active));
  std::string wanted = text_of(*rows);
  wanted.replace(wanted.find("task-1"), 6, "task-2");
  EXPECT_EQ(text_of(*standby->records(sample_record_set, "suno", "task-2")), wanted);
}

// Callbacks of one sender each, in order, while the lock changes hands.
TEST_F(SqliteStandby, KeepsTheOrderOfEachSenderAcrossItsPromotion) {
  constexpr int senders = 4, each = 400;
  auto active = opened(false);
  const auto standby = opened(true);
  std::atomic<int> sent{0};
  std::vector<std::thread> threads;
  for (int s = 0; s < senders; ++s)
    threads.emplace_back([&, s] {
      for (int i = 0; i < each; ++i) {
        callback c = about(std::to_string(s));
        c.key = std::to_string(s) + "/" + std::to_string(i);
        c.raw = std::to_string(i);
        const posted p = post(*standby, c);
        EXPECT_TRUE(p.result == outcome::passive || p.result == outcome::accepted);
        sent.fetch_add(1);
      }
    });
  while (sent.load() < senders * each / 4) std::this_thread::yield();
  active->stop();
  for (std::thread& t : threads) t.join();
  ASSERT_TRUE(becomes(*standby, receiving_mode::active));
  std::vector<int> next(senders, 0);
  const auto events = standby->read_events("suno", 0, senders * each + 1);
  for (const store::stored_event& e : *events)
    EXPECT_EQ(std::stoi(e.raw), next[static_cast<std::size_t>(std::stoi(e.task_id))]++);
  for (const int n : next) EXPECT_EQ(n, each);
}

TEST_F(SqliteStandby, TakesWhatAnotherOneLeavesWhileItIsActive) {
  const auto active = opened(false);
  const auto standby = opened(true);
  EXPECT_EQ(post(*standby, about("left")).result, outcome::passive);
  standby->stop();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (active->last_sequence() == 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  EXPECT_EQ(active->last_sequence(), 1);
  ASSERT_TRUE(becomes(*active, receiving_mode::active));
  EXPECT_EQ(post(*active, about("left")).result, outcome::duplicate);
}

// What a stage demands may lie in the spool of a receiver that lives.
TEST_F(SqliteStandby, MayHaveReceivedWhatTheActiveOneMisses) {
  callback first = about("t"), last = about("t");
  first.stage = "first", first.rank = 2, first.furnishes = true;
  last.stage = "complete", last.rank = 4, last.needs_earlier_us = 30 * minute, last.key = "last";
  const auto active = opened(false);
  EXPECT_EQ(post(*active, last).result, outcome::schema_error) << "nobody else is there";
  const auto standby = opened(true);
  EXPECT_EQ(post(*standby, first).result, outcome::passive);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  outcome got = outcome::schema_error;
  for (int i = 0; got != outcome::accepted && std::chrono::steady_clock::now() < until; ++i) {
    last.key = "last-" + std::to_string(i);
    got = post(*active, last).result;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  EXPECT_EQ(got, outcome::accepted) << "seen within a tick";
  EXPECT_EQ(active->forget_deliveries(last.at + 1'000 * minute, 100).value(), 0U)
      << "the standby may have received it before";
  standby->stop();
  while (active->last_sequence() < 2 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  ASSERT_TRUE(becomes(*active, receiving_mode::active));
  EXPECT_EQ(active->find("t", "", 9)->at(0).stage, "complete");
}

TEST_F(SqliteStandby, LooksForWhatOthersLeftBeforeItLeads) {
  {
    const auto active = opened(false);
    const auto standby = opened(true);
    EXPECT_EQ(post(*standby, about("left")).result, outcome::passive);
    active->stop();
    standby->stop();  // at once: it may have led already, or not
  }
  const auto again = opened(false);
  callback later = about("left");
  later.raw = "later";
  later.key = "later";
  const auto got = post(*again, later).result;
  ASSERT_TRUE(becomes(*again, receiving_mode::active));
  EXPECT_TRUE(got == outcome::passive || got == outcome::accepted);
  const auto events = again->read_events("suno", 0, 9);
  ASSERT_EQ(events->size(), 2U);
  EXPECT_EQ(events->at(1).raw, "later") << "in the order of arrival";
}

// The database takes not even the callback: its spool stays, the store goes on.
TEST_F(SqliteStandby, PutsASpoolAsideThatTheDatabaseRefuses) {
  hearer told;
  {
    const auto active = opened(false);
    store::sqlite_connection connection;
    ASSERT_EQ(connection.open_writable(folder.path + "/data/callgate.db"), errc::ok);
    ASSERT_EQ(connection.execute("CREATE TRIGGER no BEFORE INSERT ON events"
                                 " WHEN NEW.raw = x'626164'"
                                 " BEGIN SELECT RAISE(ROLLBACK, 'no'); END"),
              errc::ok);
    const auto standby = opened(true, &told);
    callback bad = about("bad");
    bad.raw = "bad";
    for (const callback& c : {about("before"), bad, about("after")})
      EXPECT_EQ(post(*standby, c).result, outcome::passive);
    active->stop();
    ASSERT_TRUE(becomes(*standby, receiving_mode::active));
    EXPECT_EQ(post(*standby, about("now")).result, outcome::accepted);
    EXPECT_EQ(list(*standby).size(), 2U) << "before and now";
  }
  const auto heard = told.all();
  EXPECT_TRUE(std::any_of(heard.begin(), heard.end(),
                          [](const auto& n) { return n.first == notice::kind::spool_unreadable; }));
}

TEST_F(SqliteStandby, RefusesCallbacksBelowItsDiskFloorAndReadsOn) {
  hearer told;
  EXPECT_EQ(post(*opened(false), about("before")).result, outcome::accepted);
  store::sqlite_options o;
  o.folder = folder.path + "/data";
  o.disk_floor_bytes = UINT64_MAX;
  o.on_notice = &hearer::hear;
  o.notice_owner = &told;
  store::sqlite low{o};
  ASSERT_TRUE(reaches(low, condition::disk_floor));
  EXPECT_EQ(post(low, about("low")).submitted, submission::unavailable);
  EXPECT_EQ(list(low).size(), 1u);
  EXPECT_EQ(low.save_cursor("c", 1), errc::ok);
  EXPECT_EQ(
      low.register_task({.mount = "suno", .task_id = "t", .records = &sample_record_set}).error(),
      errc::disk_full);
  ASSERT_EQ(told.all().size(), 2u);
  EXPECT_EQ(told.all()[1].first, notice::kind::disk_floor);
  EXPECT_GT(told.all()[1].second, 0);
}

}  // namespace
}  // namespace callgate::testing
