// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/write_queue.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

namespace callgate::store {
namespace {

struct job {
  job* next = nullptr;
  int number = 0;
};
using queue = write_queue<job>;

TEST(WriteQueue, GivesEntriesInTheOrderOfTheirPushes) {
  queue q{10};
  std::array<append_request, 3> requests;
  std::array<job, 3> jobs;
  for (int i = 0; i < 3; ++i) {
    requests[static_cast<std::size_t>(i)].sequence = i;
    jobs[static_cast<std::size_t>(i)].number = i;
    EXPECT_EQ(q.push(requests[static_cast<std::size_t>(i)]), submission::queued);
    EXPECT_TRUE(q.push(jobs[static_cast<std::size_t>(i)]));
  }
  const queue::entries taken = q.wait_and_take();
  int n = 0;
  for (const append_request* r = taken.appends; r != nullptr; r = r->next)
    EXPECT_EQ(r->sequence, n++);
  EXPECT_EQ(n, 3);
  n = 0;
  for (const job* j = taken.jobs; j != nullptr; j = j->next) EXPECT_EQ(j->number, n++);
  EXPECT_EQ(n, 3);
  EXPECT_TRUE(q.take_all().empty());
}

TEST(WriteQueue, IsFullUntilRoomIsReleasedNotOnlyTaken) {
  queue q{2};
  std::array<append_request, 4> r;
  EXPECT_EQ(q.push(r[0]), submission::queued);
  EXPECT_EQ(q.push(r[1]), submission::queued);
  EXPECT_EQ(q.push(r[2]), submission::full);
  EXPECT_FALSE(q.take_all().empty());
  EXPECT_EQ(q.push(r[2]), submission::full);
  q.release(1, 0);
  EXPECT_EQ(q.push(r[2]), submission::queued);
  EXPECT_EQ(q.push(r[3]), submission::full);
}

TEST(WriteQueue, DoesNotBoundJobs) {
  queue q{0};
  append_request r;
  std::array<job, 100> jobs;
  EXPECT_EQ(q.push(r), submission::full);
  for (job& j : jobs) EXPECT_TRUE(q.push(j));
}

TEST(WriteQueue, RefusesEverythingOnceClosedButKeepsWhatWasThere) {
  queue q{10};
  append_request before;
  append_request after;
  job late;
  EXPECT_EQ(q.push(before), submission::queued);
  EXPECT_FALSE(q.closed());
  q.close();
  EXPECT_TRUE(q.closed());
  EXPECT_FALSE(q.drained());
  EXPECT_EQ(q.push(after), submission::unavailable);
  EXPECT_FALSE(q.push(late));
  EXPECT_EQ(q.wait_and_take().appends, &before);
  q.release(1, 0);
  EXPECT_TRUE(q.drained());
  EXPECT_TRUE(q.wait_and_take().empty());
}

TEST(WriteQueue, WakesASleepingWriterByAPushAndByAClose) {
  queue q{10};
  std::atomic<int> woken{0};
  std::thread writer{[&] {
    while (!q.wait_and_take().empty()) woken.fetch_add(1);
  }};
  append_request r;
  for (int i = 1; i <= 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
    EXPECT_EQ(q.push(r), submission::queued);
    while (woken.load() < i) std::this_thread::yield();
  }
  q.close();
  writer.join();
}

TEST(WriteQueue, WakesASleepingWriterByAPokeThatCountsUntilItIsTaken) {
  constexpr int pokes = 10'000;
  queue q{10};
  std::atomic<int> woken{0};
  std::thread writer{[&] {
    for (int i = 0; i < pokes; ++i) {
      EXPECT_TRUE(q.wait_and_take().empty());
      EXPECT_TRUE(q.wait_and_take().empty()) << "it is not taken yet";
      EXPECT_TRUE(q.take_poke());
      EXPECT_FALSE(q.take_poke());
      woken.fetch_add(1);
    }
  }};
  for (int i = 1; i <= pokes; ++i) {
    if (i < 4) std::this_thread::sleep_for(std::chrono::milliseconds{5});
    q.poke();
    while (woken.load() < i) continue;
  }
  writer.join();
  EXPECT_FALSE(q.closed());
}

TEST(WriteQueue, LosesNothingUnderManyProducers) {
  constexpr std::size_t threads = 8;
  constexpr std::size_t each = 20'000;
  queue q{100};
  std::vector<append_request> requests(threads * each);
  std::vector<std::thread> producers;
  for (std::size_t t = 0; t < threads; ++t)
    producers.emplace_back([&, t] {
      for (std::size_t i = 0; i < each; ++i) {
        append_request& r = requests[t * each + i];
        while (q.push(r) == submission::full) std::this_thread::yield();
      }
    });
  std::vector<std::size_t> next(threads, 0);
  for (std::size_t seen = 0; seen < threads * each;) {
    std::size_t taken = 0;
    for (append_request* r = q.wait_and_take().appends; r != nullptr; r = r->next, ++taken) {
      const auto index = static_cast<std::size_t>(r - requests.data());
      ASSERT_EQ(index % each, next[index / each]++);  // each thread's own order is kept
    }
    ASSERT_LE(taken, 100u);
    seen += taken;
    q.release(taken, 0);
  }
  for (std::thread& t : producers) t.join();
  q.close();
  EXPECT_TRUE(q.drained());
}

}  // namespace
}  // namespace callgate::store
