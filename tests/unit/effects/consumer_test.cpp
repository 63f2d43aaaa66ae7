// SPDX-License-Identifier: Apache-2.0
#include <callgate/effects/consumer.hpp>

#include <callgate/store/memory.hpp>
#include <callgate/store/sqlite.hpp>

#include <tests/support/fault_vfs.hpp>
#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace callgate::testing {
namespace {

using namespace std::chrono_literals;
using effects::consumer;
using effects::consumer_options;
using store::stored_event;

consumer_options quick() {
  consumer_options o;
  o.name = "test";
  o.mount = "suno";
  o.retry = {1ms, 2.0, 4ms, 4};
  o.store_retry_delay = 1ms;
  o.batch = 4;
  return o;
}

// What a handler saw.
struct record {
  std::mutex mutex;
  std::vector<std::int64_t> sequences;

  void add(std::int64_t s) {
    const std::lock_guard lock{mutex};
    sequences.push_back(s);
  }
  std::vector<std::int64_t> all() {
    const std::lock_guard lock{mutex};
    return sequences;
  }
  bool reaches(std::size_t count) {
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (all().size() < count && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(1ms);
    return all().size() >= count;
  }
};

template <class Store>
void post_many(Store& s, int n, const char* mount = "suno") {
  callback c;
  c.mount = mount;
  for (int i = 0; i < n; ++i) post(s, c);
}

bool eventually(auto condition) {
  const auto until = std::chrono::steady_clock::now() + 30s;
  while (!condition() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(1ms);
  return condition();
}

TEST(Consumer, HandlesEveryEventOfItsMountInOrder) {
  store::memory s;
  record seen;
  post_many(s, 10);
  post_many(s, 3, "kie");
  consumer c{s, quick(), [&](const stored_event& e) {
               EXPECT_EQ(e.mount, "suno");
               EXPECT_EQ(e.raw, "{}");
               seen.add(e.sequence);
             }};
  ASSERT_TRUE(seen.reaches(10));
  post_many(s, 2);  // while it waits
  ASSERT_TRUE(seen.reaches(12));
  c.stop();
  EXPECT_EQ(seen.all(), (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 15}));
  EXPECT_EQ(c.handled(), 12u);
  EXPECT_EQ(c.retries(), 0u);
  EXPECT_EQ(*s.cursor("test"), 15);
}

TEST(Consumer, SleepsWhileOnlyOtherMountsHaveEvents) {
  struct counting : store::memory {
    std::atomic<int> reads{0};
    auto read_events(std::string_view mount, std::int64_t after, std::size_t limit) {
      reads.fetch_add(1);
      return store::memory::read_events(mount, after, limit);
    }
  } s;
  post_many(s, 5, "kie");
  consumer c{s, quick(), [](const stored_event&) {}};
  ASSERT_TRUE(eventually([&] { return s.reads.load() >= 1; }));
  std::this_thread::sleep_for(50ms);
  EXPECT_LE(s.reads.load(), 2);
}

TEST(Consumer, RetriesWithGrowingDelaysUntilItWorks) {
  store::memory s;
  post_many(s, 2);
  std::vector<std::chrono::steady_clock::time_point> attempts;
  record seen;
  consumer_options o = quick();
  o.retry = {20ms, 2.0, 1s, 4};
  consumer c{s, o, [&](const stored_event& e) {
               if (e.sequence == 1) {
                 attempts.push_back(std::chrono::steady_clock::now());
                 if (attempts.size() < 3) throw std::runtime_error{"not yet"};
               }
               seen.add(e.sequence);
             }};
  ASSERT_TRUE(seen.reaches(2));
  c.stop();
  ASSERT_EQ(attempts.size(), 3u);
  EXPECT_GE(attempts[1] - attempts[0], 20ms);
  EXPECT_GE(attempts[2] - attempts[1], 40ms);
  EXPECT_EQ(c.retries(), 2u);
  EXPECT_EQ(c.handled(), 2u);
  EXPECT_EQ(c.dead_lettered(), 0u);
  EXPECT_EQ(seen.all(), (std::vector<std::int64_t>{1, 2}));
}

TEST(Consumer, PutsAnEventAwayAfterItsLastAttemptAndGoesOn) {
  store::memory s;
  post_many(s, 4);
  std::atomic<int> attempts{0};
  record seen;
  consumer c{s, quick(), [&](const stored_event& e) {
               if (e.sequence == 2) {
                 ++attempts;
                 throw std::runtime_error{"404 from the file server"};
               }
               if (e.sequence == 3) throw 42;
               seen.add(e.sequence);
             }};
  ASSERT_TRUE(seen.reaches(2));
  c.stop();
  EXPECT_EQ(attempts, 4);
  EXPECT_EQ(seen.all(), (std::vector<std::int64_t>{1, 4}));
  EXPECT_EQ(c.dead_lettered(), 2u);
  EXPECT_EQ(c.retries(), 6u);
  EXPECT_EQ(*s.cursor("test"), 4);
  const auto letters = s.dead_letters("test", 10);
  ASSERT_EQ(letters->size(), 2u);
  EXPECT_EQ((*letters)[0].sequence, 2);
  EXPECT_EQ((*letters)[0].attempts, 4u);
  EXPECT_EQ((*letters)[0].error, "404 from the file server");
  EXPECT_EQ((*letters)[1].error, "an exception that is no std::exception");
}

TEST(Consumer, TriesAPermanentFailureNoSecondTime) {
  store::memory s;
  post_many(s, 2);
  record seen;
  consumer_options o = quick();
  o.retry = {1h, 2.0, 1h, 8};
  consumer c{s, o, [&](const stored_event& e) {
               if (e.sequence == 1) throw effects::permanent_failure{"never"};
               seen.add(e.sequence);
             }};
  ASSERT_TRUE(seen.reaches(1));
  c.stop();
  EXPECT_EQ(c.retries(), 0u);
  EXPECT_EQ(c.dead_lettered(), 1u);
  const auto letters = s.dead_letters("test", 10);
  ASSERT_EQ(letters->size(), 1u);
  EXPECT_EQ(letters->at(0).attempts, 1u);
  EXPECT_EQ(letters->at(0).error, "never");
}

TEST(Consumer, TakesFalseForAFailureAndAnEmptyTextForAnErrorToo) {
  store::memory s;
  post_many(s, 2);
  consumer_options o = quick();
  o.retry.max_attempts = 1;
  consumer c{s, o, [&](const stored_event& e) {
               if (e.sequence == 1) throw std::runtime_error{""};
               return false;
             }};
  ASSERT_TRUE(eventually([&] { return c.dead_lettered() == 2; }));
  const auto letters = s.dead_letters("test", 10);
  EXPECT_EQ((*letters)[0].error, "an exception without a text");
  EXPECT_EQ((*letters)[1].error, "the handler answered false");
}

TEST(Consumer, StopsPromptlyDuringABackoffAndLosesNothing) {
  store::memory s;
  post_many(s, 3);
  std::atomic<bool> failed{false};
  consumer_options o = quick();
  o.retry = {10min, 2.0, 10min, 8};
  consumer c{s, o, [&](const stored_event& e) {
               if (e.sequence < 2) return true;
               failed = true;
               return false;
             }};
  ASSERT_TRUE(eventually([&] { return failed.load(); }));
  const auto before = std::chrono::steady_clock::now();
  c.stop();
  c.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
  EXPECT_EQ(*s.cursor("test"), 1);
  EXPECT_EQ(c.dead_lettered(), 0u);

  record seen;
  consumer again{s, quick(), [&](const stored_event& e) { seen.add(e.sequence); }};
  ASSERT_TRUE(seen.reaches(2));
  EXPECT_EQ(seen.all(), (std::vector<std::int64_t>{2, 3}));
}

TEST(Consumer, LetsTheCurrentCallFinishWhenStopped) {
  store::memory s;
  post_many(s, 3);
  std::atomic<bool> inside{false};
  std::atomic<int> finished{0};
  consumer c{s, quick(), [&](const stored_event&) {
               inside = true;
               std::this_thread::sleep_for(50ms);
               ++finished;
             }};
  ASSERT_TRUE(eventually([&] { return inside.load(); }));
  c.stop();
  EXPECT_EQ(finished, 1);
  EXPECT_EQ(*s.cursor("test"), 1);
}

TEST(Consumer, StopsPromptlyWhileItWaitsForEventsOrForTheStore) {
  store::memory s;
  consumer_options o = quick();
  o.store_retry_delay = 10min;
  consumer waiting{s, o, [](const stored_event&) {}};
  s.stop();
  consumer without{s, o, [](const stored_event&) {}};
  std::this_thread::sleep_for(20ms);
  const auto before = std::chrono::steady_clock::now();
  waiting.stop();
  without.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
}

class ConsumerOfAFile : public ::testing::Test {
 protected:
  ConsumerOfAFile() {
    options.folder = folder.path + "/data";
    options.first_reopen_delay = options.max_reopen_delay = 1ms;
  }
  temporary_folder folder;
  store::sqlite_options options;
};

TEST_F(ConsumerOfAFile, GoesOnWhereItWasAfterARestart) {
  record seen;
  const auto handler = [&](const stored_event& e) { seen.add(e.sequence); };
  {
    store::sqlite s{options};
    consumer c{s, quick(), handler};  // also while the store is still opening
    ASSERT_TRUE(reaches(s, store::condition::ready));
    post_many(s, 6);
    ASSERT_TRUE(seen.reaches(6));
  }
  store::sqlite s{options};
  consumer c{s, quick(), handler};
  ASSERT_TRUE(reaches(s, store::condition::ready));
  post_many(s, 1);
  ASSERT_TRUE(seen.reaches(7));
  c.stop();
  EXPECT_EQ(seen.all(), (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7}));
}

TEST_F(ConsumerOfAFile, KeepsItsPlaceWhileTheStoreFails) {
  fault_vfs disk;
  store::sqlite s{options};
  ASSERT_TRUE(reaches(s, store::condition::ready));
  post_many(s, 6);
  disk.full = true;
  std::atomic<int> calls{0};
  record seen;
  consumer c{s, quick(), [&](const stored_event& e) {
               ++calls;
               if (e.sequence == 3) return false;  // its dead letter cannot be written now
               seen.add(e.sequence);
               return true;
             }};
  ASSERT_TRUE(eventually([&] { return calls.load() == 6; }));
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(c.dead_lettered(), 0u);
  EXPECT_EQ(calls, 6);
  disk.full = false;
  ASSERT_TRUE(seen.reaches(5));
  ASSERT_TRUE(eventually([&] { return *s.cursor("test") == 6; }));
  c.stop();
  EXPECT_EQ(seen.all(), (std::vector<std::int64_t>{1, 2, 4, 5, 6}));
  EXPECT_EQ(s.dead_letters("test", 10)->size(), 1u);
  s.stop();
}

// Fails when it is interrupted, and not before.
struct waiting_handler {
  struct signal {
    std::atomic<bool> began{false}, interrupted{false};
  };
  signal* of;

  void interrupt() const { of->interrupted = true; }
  bool operator()(const stored_event&) const {
    of->began = true;
    eventually([this] { return of->interrupted.load(); });
    return false;
  }
};

// Otherwise whoever restarts often enough puts aside what never failed.
TEST(Consumer, TriesAgainAfterARestartWhatFailedBecauseItStopped) {
  store::memory s;
  post_many(s, 1);
  consumer_options o = quick();
  o.retry.max_attempts = 1;
  waiting_handler::signal seen;
  consumer first{s, o, waiting_handler{&seen}};
  ASSERT_TRUE(eventually([&] { return seen.began.load(); }));
  first.request_stop();
  first.stop();
  EXPECT_TRUE(seen.interrupted);
  EXPECT_EQ(first.dead_lettered(), 0u);
  record handled;
  consumer next{s, o, [&](const stored_event& e) { handled.add(e.sequence); }};
  EXPECT_TRUE(handled.reaches(1));
}

}  // namespace
}  // namespace callgate::testing
