// SPDX-License-Identifier: Apache-2.0
// What every store has to do, the same tests over each of them.
#include <callgate/store/store.hpp>

#include <callgate/store/dead_letter_entry.hpp>
#include <tests/support/every_store.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace callgate::testing {
namespace {

using store::condition;
using store::history_entry;
using store::submission;

TYPED_TEST_SUITE(EveryStore, Stores, StoreNames);

TYPED_TEST(EveryStore, KeepsAnEventWithAllItsFields) {
  callback c;
  c.code = 200;
  c.message = "All generated successfully.";
  c.raw = std::string{"\0\xff{\"code\": 200}\n", 17};
  c.stage = "complete";
  c.rank = 3;
  c.status = task_status::completed;
  const posted p = this->post(c);
  EXPECT_EQ(p.result, outcome::accepted);
  EXPECT_EQ(p.sequence, 1);

  const auto events = this->store().read_events("suno", 0, 10);
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 1u);
  const store::stored_event& e = events->front();
  EXPECT_EQ(e.sequence, 1);
  EXPECT_EQ(e.mount, "suno");
  EXPECT_EQ(e.provider, "suno-api");
  EXPECT_EQ(e.task_id, "task-1");
  EXPECT_EQ(e.stage, "complete");
  EXPECT_EQ(e.result, outcome::accepted);
  EXPECT_TRUE(e.moved);
  EXPECT_EQ(e.code, 200);
  EXPECT_EQ(e.message, c.message);
  EXPECT_EQ(e.received_at, c.at);
  EXPECT_EQ(e.raw, c.raw);

  const history_entry t = this->only("task-1");
  EXPECT_EQ(t.mount, "suno");
  EXPECT_EQ(t.provider, "suno-api");
  EXPECT_EQ(t.task_id, "task-1");
  EXPECT_FALSE(t.quarantined);
  EXPECT_EQ(t.result, outcome::accepted);
  EXPECT_EQ(t.stage, "complete");
  EXPECT_EQ(t.last_stage, "complete");
  EXPECT_EQ(t.status, task_status::completed);
  EXPECT_EQ(t.code, 200);
  EXPECT_EQ(t.message, c.message);
  EXPECT_EQ(t.first_received_at, c.at);
  EXPECT_EQ(t.last_received_at, c.at);
  EXPECT_EQ(t.callbacks, 1);
  EXPECT_EQ(t.sequence, 1);
  EXPECT_EQ(t.raw, c.raw);
  ASSERT_EQ(t.timeline.size(), 1u);
  EXPECT_EQ(t.timeline[0].raw, "");
  EXPECT_EQ(t.timeline[0].message, c.message);
}

TYPED_TEST(EveryStore, KeepsEmptyTexts) {
  callback c;
  c.stage = c.message = c.raw = c.provider = "";
  c.rank = 0;
  EXPECT_EQ(this->post(c).result, outcome::accepted);
  const history_entry t = this->only("task-1");
  EXPECT_EQ(t.stage, "");
  EXPECT_EQ(t.raw, "");
  EXPECT_EQ(t.code, std::nullopt);
  EXPECT_FALSE(t.timeline.at(0).moved);
}

TYPED_TEST(EveryStore, AnswersTheSecondDeliveryAsADuplicateOfTheFirst) {
  callback c;
  c.key = "k";
  EXPECT_EQ(this->post(c).sequence, 1);
  callback other;
  other.task_id = "task-2";
  EXPECT_EQ(this->post(other).sequence, 2);
  const posted again = this->post(c);
  EXPECT_EQ(again.result, outcome::duplicate);
  EXPECT_EQ(again.sequence, 1);
  EXPECT_EQ(this->only("task-1").callbacks, 1);
  EXPECT_EQ(this->store().read_events("suno", 0, 10)->size(), 2u);
}

TYPED_TEST(EveryStore, CountsAKeyUntilItsTimeIsOver) {
  callback c;
  c.key = "k";
  const unix_micros first = c.at;
  EXPECT_EQ(this->post(c).sequence, 1);
  c.at = first + 59 * minute + 59 * second;
  EXPECT_EQ(this->post(c).result, outcome::duplicate);
  c.at = first + 60 * minute + 1 * second;
  const unix_micros renewed = c.at;
  posted p = this->post(c);
  EXPECT_EQ(p.result, outcome::accepted);
  EXPECT_EQ(p.sequence, 2);
  c.at = renewed + 59 * minute + 59 * second;
  p = this->post(c);
  EXPECT_EQ(p.result, outcome::duplicate);
  EXPECT_EQ(p.sequence, 2);
}

TYPED_TEST(EveryStore, KeepsAConflictAsAnEventThatMovesNothing) {
  callback c;
  c.key = "delivery-1";
  c.conflicts = true;
  c.raw = "first";
  EXPECT_EQ(this->post(c).result, outcome::accepted);
  c.raw = "second";
  c.stage = "complete";
  c.rank = 3;
  const posted p = this->post(c);
  EXPECT_EQ(p.result, outcome::conflict);
  EXPECT_EQ(p.sequence, 2);
  const history_entry t = this->only("task-1");
  EXPECT_EQ(t.stage, "text");
  EXPECT_EQ(t.last_stage, "complete");
  EXPECT_EQ(t.result, outcome::conflict);
  EXPECT_EQ(t.callbacks, 2);
  EXPECT_EQ(t.raw, "first");
  ASSERT_EQ(t.timeline.size(), 2u);
  EXPECT_FALSE(t.timeline[1].moved);
  // The key still stands for the first body.
  c.raw = "first";
  EXPECT_EQ(this->post(c).result, outcome::duplicate);
}

TYPED_TEST(EveryStore, TakesAnotherBodyUnderADerivedKeyAsANewEvent) {
  callback c;
  c.key = "derived";
  c.raw = "first";
  EXPECT_EQ(this->post(c).result, outcome::accepted);
  c.raw = "second";
  const posted p = this->post(c);
  EXPECT_EQ(p.result, outcome::accepted);
  EXPECT_EQ(p.sequence, 2);
  EXPECT_EQ(this->only("task-1").raw, "second");
}

TYPED_TEST(EveryStore, NeverMovesATaskBackWhateverTheOrder) {
  struct step {
    const char* stage;
    std::uint8_t rank;
    task_status status;
  };
  const step steps[] = {{"text", 1, task_status::processing},
                        {"first", 2, task_status::processing},
                        {"error", 3, task_status::failed},
                        {"complete", 4, task_status::completed}};
  std::vector<int> order{0, 1, 2, 3};
  int task = 0;
  do {
    callback c;
    c.task_id = "permuted-" + std::to_string(task++);
    int highest = 0;
    std::int64_t callbacks = 0;
    // Each delivery comes twice at once, and all come once more at the end.
    std::vector<int> deliveries;
    for (const int i : order) deliveries.insert(deliveries.end(), {i, i});
    deliveries.insert(deliveries.end(), order.begin(), order.end());
    for (const int i : deliveries) {
      c.stage = steps[i].stage;
      c.rank = steps[i].rank;
      c.status = steps[i].status;
      c.raw = c.stage;
      c.key = c.task_id + c.stage;
      const posted p = this->post(c);
      callbacks += p.result == outcome::accepted;
      highest = std::max(highest, i);
      const history_entry t = this->only(c.task_id);
      ASSERT_EQ(t.stage, steps[highest].stage);
      ASSERT_EQ(t.status, steps[highest].status);
      ASSERT_EQ(t.callbacks, callbacks);
      ASSERT_EQ(t.raw, steps[highest].stage);
    }
    ASSERT_EQ(callbacks, 4);
    ASSERT_EQ(this->only(c.task_id).timeline.size(), 4u);
  } while (std::next_permutation(order.begin(), order.end()));
}

TYPED_TEST(EveryStore, LetsTheLaterOfTwoEqualRanksWin) {
  callback c;
  c.message = "first";
  this->post(c);
  c.message = "second";
  c.code = 7;
  this->post(c);
  const history_entry t = this->only("task-1");
  EXPECT_EQ(t.message, "second");
  EXPECT_EQ(t.code, 7);
  EXPECT_TRUE(t.timeline.at(1).moved);
}

TYPED_TEST(EveryStore, MovesATaskByAcceptedCallbacksOnly) {
  const outcome others[] = {outcome::unknown_type, outcome::unknown_task, outcome::passive,
                            outcome::conflict};
  std::int64_t callbacks = 0;
  for (const outcome o : others) {
    callback c;
    c.decided = o;
    c.rank = 9;
    EXPECT_EQ(this->post(c).result, o);
    const history_entry t = this->only("task-1");
    EXPECT_EQ(t.stage, "");
    EXPECT_EQ(t.status, task_status::pending);
    EXPECT_EQ(t.last_stage, "text");
    EXPECT_EQ(t.result, o);
    EXPECT_EQ(t.callbacks, ++callbacks);
  }
  callback c;
  EXPECT_EQ(this->post(c).result, outcome::accepted);
  EXPECT_EQ(this->only("task-1").stage, "text");
}

TYPED_TEST(EveryStore, StoresOneEventForOneKeyFromManyThreads) {
  std::vector<std::thread> threads;
  std::atomic<int> accepted{0};
  std::atomic<int> duplicates{0};
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      callback c;
      c.key = "one";
      for (int i = 0; i < 1000; ++i) {
        const posted p = this->post(c);
        accepted += p.result == outcome::accepted;
        duplicates += p.result == outcome::duplicate && p.sequence == 1;
      }
    });
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(duplicates, 7999);
  EXPECT_EQ(this->store().read_events("suno", 0, 10)->size(), 1u);
}

TYPED_TEST(EveryStore, QuarantinesApartFromTasks) {
  callback c;
  c.decided = outcome::schema_error;
  c.reason = "/code: not a number";
  c.raw = "{\"code\":\"x\"}";
  c.rank = 9;
  const posted p = this->post(c);
  EXPECT_EQ(p.result, outcome::schema_error);
  EXPECT_EQ(p.sequence, 1);
  const history_entry e = this->only("task-1");
  EXPECT_TRUE(e.quarantined);
  EXPECT_EQ(e.mount, "suno");
  EXPECT_EQ(e.provider, "suno-api");
  EXPECT_EQ(e.result, outcome::schema_error);
  EXPECT_EQ(e.reason, c.reason);
  EXPECT_EQ(e.raw, c.raw);
  EXPECT_EQ(e.stage, "");
  EXPECT_EQ(e.last_stage, "text");
  EXPECT_EQ(e.callbacks, 1);
  EXPECT_EQ(this->store().read_events("suno", 0, 10)->size(), 0u);
  EXPECT_EQ(this->only(e.id).raw, c.raw);
  EXPECT_EQ(this->found("").size(), 0u);
}

TYPED_TEST(EveryStore, PushesTheOldestOutOfAFullQuarantine) {
  callback c;
  c.decided = outcome::bad_json;
  for (int i = 1; i <= 5; ++i) {
    c.task_id = "q-" + std::to_string(i);
    EXPECT_EQ(this->post(c).sequence, i);
  }
  callback other = c;
  other.mount = "kie";
  this->post(other);
  EXPECT_EQ(this->store().evicted(), 2);
  EXPECT_EQ(this->found("q-1").size(), 0u);
  EXPECT_EQ(this->found("q-2").size(), 0u);
  EXPECT_EQ(this->found("q-3").size(), 1u);
  EXPECT_EQ(this->list("suno").size(), 3u);
  EXPECT_EQ(this->list("kie").size(), 1u);
}

TYPED_TEST(EveryStore, BoundsAQuarantineByBytesButKeepsTheNewestBody) {
  callback c;
  c.decided = outcome::bad_json;
  c.raw = std::string(600, 'a');
  this->post(c);
  this->post(c);
  EXPECT_EQ(this->store().evicted(), 1);
  c.raw = std::string(5000, 'b');
  this->post(c);
  EXPECT_EQ(this->store().evicted(), 2);
  EXPECT_EQ(this->only("task-1").raw, c.raw);
}

TYPED_TEST(EveryStore, FindsOneTaskIdInTwoMounts) {
  callback c;
  this->post(c);
  c.mount = "kie";
  c.provider = "kie-api";
  c.at += second;
  this->post(c);
  const auto both = this->found("task-1");
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0].mount, "kie");
  EXPECT_EQ(both[1].mount, "suno");
  EXPECT_NE(both[0].id, both[1].id);
  EXPECT_EQ(this->only("task-1", "suno").mount, "suno");
  EXPECT_EQ(this->only("task-1", "kie-api").mount, "kie");
  EXPECT_EQ(this->only(both[0].id).mount, "kie");
  EXPECT_EQ(this->only(both[0].id).timeline.size(), 1u);
}

TYPED_TEST(EveryStore, ListsTheNewestEntriesFirst) {
  for (int i = 0; i < 5; ++i) {
    callback c;
    c.task_id = "t" + std::to_string(i);
    c.at += i * second;
    if (i == 2) c.decided = outcome::no_task_id;
    this->post(c);
  }
  callback again;
  again.task_id = "t0";
  again.at += 10 * second;
  this->post(again);
  const auto all = this->list();
  ASSERT_EQ(all.size(), 5u);
  std::string order;
  for (const history_entry& e : all) order += e.task_id;
  EXPECT_EQ(order, "t0t4t3t2t1");
  EXPECT_TRUE(all[3].quarantined);
  EXPECT_EQ(all[0].raw, "");
  EXPECT_TRUE(all[0].timeline.empty());
  EXPECT_EQ(this->list("", 2).size(), 2u);
  EXPECT_EQ(this->list("suno-api").size(), 5u);
  EXPECT_EQ(this->list("nobody").size(), 0u);
}

TYPED_TEST(EveryStore, ReadsTheEventsOfOneMountInOrder) {
  for (int i = 0; i < 10; ++i) {
    callback c;
    c.mount = i % 2 == 0 ? "suno" : "kie";
    c.raw = std::to_string(i);
    this->post(c);
  }
  const auto events = this->store().read_events("suno", 3, 3);
  ASSERT_EQ(events->size(), 3u);
  EXPECT_EQ((*events)[0].sequence, 5);
  EXPECT_EQ((*events)[0].raw, "4");
  EXPECT_EQ((*events)[2].sequence, 9);
  EXPECT_EQ(this->store().read_events("suno", 9, 3)->size(), 0u);
  EXPECT_EQ(this->store().last_sequence(), 10);
}

TYPED_TEST(EveryStore, WakesWhoeverWaitsForEvents) {
  using namespace std::chrono_literals;
  EXPECT_FALSE(this->store().wait_for_events(0, 1ms));
  std::thread later{[this] { this->post(callback{}); }};
  EXPECT_TRUE(this->store().wait_for_events(0, 30s));
  later.join();
  EXPECT_TRUE(this->store().wait_for_events(0, 0ms));
  EXPECT_FALSE(this->store().wait_for_events(1, 1ms));
}

TYPED_TEST(EveryStore, EndsEveryWaitWhenStopped) {
  std::thread later{[this] {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    this->store().stop();
  }};
  EXPECT_FALSE(this->store().wait_for_events(0, std::chrono::hours{1'000'000}));
  later.join();
}

TYPED_TEST(EveryStore, KeepsCursorsAndDeadLettersByConsumer) {
  EXPECT_EQ(*this->store().cursor("downloads"), 0);
  EXPECT_EQ(this->store().save_cursor("downloads", 5), store::errc::ok);
  EXPECT_EQ(this->store().save_cursor("notify", 7), store::errc::ok);
  EXPECT_EQ(this->store().save_cursor("downloads", 6), store::errc::ok);
  EXPECT_EQ(*this->store().cursor("downloads"), 6);
  EXPECT_EQ(*this->store().cursor("notify"), 7);

  EXPECT_EQ(this->store().dead_letter("downloads", 3, 8, "404"), store::errc::ok);
  EXPECT_EQ(this->store().dead_letter("downloads", 3, 9, "410"), store::errc::ok);
  EXPECT_EQ(this->store().dead_letter("notify", 3, 1, "no route"), store::errc::ok);
  const auto letters = this->store().dead_letters("downloads", 10);
  ASSERT_EQ(letters->size(), 1u);
  EXPECT_EQ((*letters)[0].sequence, 3);
  EXPECT_EQ((*letters)[0].attempts, 9u);
  EXPECT_EQ((*letters)[0].error, "410");
  EXPECT_GT((*letters)[0].at, 0);
}

TYPED_TEST(EveryStore, RemovesWhatWasLastTouchedBeforeATime) {
  callback c;
  const unix_micros start = c.at;
  for (int i = 0; i < 4; ++i) {
    c.task_id = "t" + std::to_string(i);
    c.at = start + i * second;
    c.decided = outcome::accepted;
    this->post(c);
  }
  c.task_id = "t0";  // touched again: it stays
  c.at = start + 10 * second;
  this->post(c);
  c.task_id = "q";
  c.at = start + 1 * second;
  c.decided = outcome::bad_json;
  this->post(c);
  callback other;
  other.mount = "kie";
  other.at = start;
  this->post(other);

  const unix_micros time = start + 3 * second;
  EXPECT_EQ(*this->store().remove_before("suno", time, 1), 1u);
  EXPECT_EQ(this->found("t1").size(), 0u);
  EXPECT_EQ(*this->store().remove_before("suno", time, 100), 2u);
  EXPECT_EQ(*this->store().remove_before("suno", time, 100), 0u);
  std::string left;
  const auto kept = this->list("suno");
  for (const history_entry& e : kept) left += e.task_id;
  EXPECT_EQ(left, "t0t3");
  EXPECT_EQ(this->list("kie").size(), 1u);
  const auto events = this->store().read_events("suno", 0, 100);
  ASSERT_EQ(events->size(), 3u);
  EXPECT_EQ((*events)[0].task_id, "t0");
  EXPECT_EQ(this->only("t0").timeline.size(), 2u);
  EXPECT_EQ(this->store().evicted(), 0);
}

TYPED_TEST(EveryStore, GivesOutEverySequenceOnceAlsoAfterARemoval) {
  callback c;
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(this->post(c).sequence, i);
  EXPECT_EQ(*this->store().remove_before("suno", c.at + second, 100), 1u);
  EXPECT_EQ(this->store().read_events("suno", 0, 100)->size(), 0u);
  EXPECT_EQ(this->post(c).sequence, 4);
}

TYPED_TEST(EveryStore, RemembersADeliveryWhoseTaskWasRemoved) {
  callback c;
  c.key = "k";
  this->post(c);
  EXPECT_EQ(*this->store().remove_before("suno", c.at + second, 100), 1u);
  EXPECT_EQ(this->post(c).result, outcome::duplicate);
}

TYPED_TEST(EveryStore, ForgetsNoDeliveryThatCounts) {
  callback c;
  c.key = "k";
  c.ttl_us = minute;
  this->post(c);
  EXPECT_EQ(*this->store().forget_deliveries(c.at + minute - 1, 100), 0u);
  EXPECT_EQ(this->post(c).result, outcome::duplicate);
}

TYPED_TEST(EveryStore, TakesNothingThatHasNoPlace) {
  callback c;
  c.decided = outcome::too_large;
  EXPECT_EQ(this->post(c).submitted, submission::unavailable);
}

TYPED_TEST(EveryStore, TakesNothingAfterAStop) {
  this->post(callback{});
  this->store().stop();
  this->store().stop();
  EXPECT_EQ(this->store().state(), condition::stopped);
  EXPECT_EQ(this->post(callback{}).submitted, submission::unavailable);
  EXPECT_EQ(this->store().history({}).error(), store::errc::stopped);
  EXPECT_EQ(this->store().find("task-1", "", 1).error(), store::errc::stopped);
  EXPECT_EQ(this->store().read_events("suno", 0, 1).error(), store::errc::stopped);
  EXPECT_EQ(this->store().cursor("c").error(), store::errc::stopped);
  EXPECT_EQ(this->store().save_cursor("c", 1), store::errc::stopped);
  EXPECT_EQ(this->store().dead_letter("c", 1, 1, ""), store::errc::stopped);
  EXPECT_EQ(this->store().dead_letters("c", 1).error(), store::errc::stopped);
  EXPECT_EQ(this->store().remove_before("suno", 0, 1).error(), store::errc::stopped);
  EXPECT_FALSE(this->store().wait_for_events(0, std::chrono::milliseconds{0}));
}

}  // namespace
}  // namespace callgate::testing
