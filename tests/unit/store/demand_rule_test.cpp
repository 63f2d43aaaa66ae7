// SPDX-License-Identifier: Apache-2.0
// Callbacks that rest on what an earlier one of their task brought; the same over every store.
#include <callgate/store/demand_rule.hpp>

#include <tests/support/every_store.hpp>
#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace callgate::testing {
namespace {

constexpr std::int64_t window = 30 * minute;
constexpr unix_micros born = 1'000 * second;

TEST(DemandRule, CountsUpToTheEndOfTheWindow) {
  store::append_request r;
  r.received_at = born + window;
  EXPECT_TRUE(store::has_what_it_needs(r, 0)) << "it needs nothing";
  r.needs_earlier_us = window;
  EXPECT_FALSE(store::has_what_it_needs(r, 0)) << "nobody brought anything";
  EXPECT_FALSE(store::has_what_it_needs(r, born - 1));
  EXPECT_TRUE(store::has_what_it_needs(r, born));
  EXPECT_TRUE(store::has_what_it_needs(r, born + 2 * window)) << "a clock was set back";
}

TEST(DemandRule, LetsOnlyCountingCallbacksFurnish) {
  store::append_request r;
  r.received_at = born;
  EXPECT_EQ(store::furnishes_at(r, outcome::accepted), 0) << "its stage requires nothing";
  r.furnishes = true;
  EXPECT_EQ(store::furnishes_at(r, outcome::accepted), born);
  EXPECT_EQ(store::furnishes_at(r, outcome::unknown_task), born);
  EXPECT_EQ(store::furnishes_at(r, outcome::conflict), 0);
  EXPECT_EQ(store::furnishes_at(r, outcome::unknown_type), 0);
}

template <class Case>
struct Demands : EveryStore<Case> {
  // Of stage "first", with what it requires.
  posted bring(unix_micros at, const char* raw = "{\"music\":1}") {
    callback c;
    c.stage = "first", c.rank = 2, c.furnishes = true;
    c.at = at, c.raw = raw, c.key = "first" + std::string{raw};
    return this->post(c);
  }
  // Of stage "complete", without.
  static callback bare(unix_micros at) {
    callback c;
    c.stage = "complete", c.rank = 4, c.status = task_status::completed;
    c.needs_earlier_us = window, c.reason = "/data: required in stage complete";
    c.at = at, c.raw = "{\"complete\":1}", c.key = "complete";
    return c;
  }
  std::int64_t expect_task(std::int64_t attempt) {
    return this->store()
        .register_task({.mount = "suno",
                        .task_id = "task-1",
                        .records = &sample_record_set,
                        .attempt = attempt,
                        .now = born})
        .value()
        .callbacks;
  }
};
TYPED_TEST_SUITE(Demands, Stores, StoreNames);

TYPED_TEST(Demands, AreMetByAnEarlierCallbackWithinTheWindow) {
  for (const auto& [after, expected] :
       {std::pair{29 * minute + 59 * second, outcome::accepted},
        std::pair{30 * minute, outcome::accepted},
        std::pair{30 * minute + 1 * second, outcome::schema_error}}) {
    callback music, none = this->bare(born + after);
    music.task_id = none.task_id = "task-" + std::to_string(after);
    none.key.clear();
    music.at = born, music.rank = 2, music.furnishes = true;
    this->post(music);
    EXPECT_EQ(this->post(none).result, expected) << after;
    const bool is_kept = expected == outcome::accepted;
    EXPECT_EQ(this->found(none.task_id).front().status,
              is_kept ? task_status::completed : task_status::processing);
  }
}

TYPED_TEST(Demands, ThatNobodyMetAreQuarantinedWithTheirReasonAndMakeNoTask) {
  const callback none = this->bare(born);
  const posted p = this->post(none);
  EXPECT_EQ(p.result, outcome::schema_error);
  EXPECT_EQ(p.sequence, 1) << "of the quarantine";
  const auto all = this->list();
  ASSERT_EQ(all.size(), 1U);
  const store::history_entry kept = this->store().entry(all[0].id).value().value();
  EXPECT_TRUE(kept.quarantined);
  EXPECT_EQ(kept.result, outcome::schema_error);
  EXPECT_EQ(kept.reason, none.reason);
  EXPECT_EQ(kept.raw, none.raw);
  EXPECT_EQ(kept.task_id, "task-1");
  EXPECT_EQ(kept.last_stage, "complete");
  EXPECT_EQ(this->store().last_sequence(), 0);
}

TYPED_TEST(Demands, LeaveTheTaskAndTheDeliveryKeyAloneUntilTheyAreMet) {
  this->bring(born - 2 * window);
  const auto before = this->only("task-1");
  EXPECT_EQ(this->post(this->bare(born)).result, outcome::schema_error);
  EXPECT_EQ(this->post(this->bare(born)).result, outcome::schema_error) << "not a duplicate";
  const auto after = this->store().entry(before.id).value().value();
  EXPECT_EQ(after.callbacks, 1);
  EXPECT_EQ(after.last_received_at, before.last_received_at);
  EXPECT_EQ(after.last_stage, "first");
  this->bring(born, "again");
  EXPECT_EQ(this->post(this->bare(born + 1)).result, outcome::accepted);
  EXPECT_EQ(this->post(this->bare(born + 2)).result, outcome::duplicate);
}

TYPED_TEST(Demands, AreNoneForARepetitionOfWhatWasStored) {
  this->bring(born);
  const posted first = this->post(this->bare(born + 29 * minute));
  EXPECT_EQ(first.result, outcome::accepted);
  const posted again = this->post(this->bare(born + 50 * minute));
  EXPECT_EQ(again.result, outcome::duplicate);
  EXPECT_EQ(again.sequence, first.sequence);
}

TYPED_TEST(Demands, AreNotMetByOneThatRestsOnAnother) {
  this->bring(born);
  EXPECT_EQ(this->post(this->bare(born + 20 * minute)).result, outcome::accepted);
  callback later = this->bare(born + 40 * minute);
  later.raw = "other", later.key.clear();
  EXPECT_EQ(this->post(later).result, outcome::schema_error);
}

TYPED_TEST(Demands, AreNotMetByOtherTasksMountsOrConflicts) {
  callback other;
  other.furnishes = true, other.at = born, other.task_id = "task-2";
  this->post(other);
  other.task_id = "task-1", other.mount = "elsewhere";
  this->post(other);
  callback known;
  known.at = born, known.conflicts = true, known.key = "delivery";
  this->post(known);
  known.furnishes = true, known.raw = "another body";
  EXPECT_EQ(this->post(known).result, outcome::conflict);
  EXPECT_EQ(this->post(this->bare(born)).result, outcome::schema_error);
}

TYPED_TEST(Demands, OfADeliveryIdThatIsKnownAreThoseOfAConflict) {
  callback first;
  first.at = born, first.conflicts = true, first.key = "delivery";
  this->post(first);
  callback none = this->bare(born);
  none.conflicts = true, none.key = "delivery";
  EXPECT_EQ(this->post(none).result, outcome::schema_error);
  this->bring(born);
  EXPECT_EQ(this->post(none).result, outcome::conflict);
  first.at = born + 1;
  EXPECT_EQ(this->post(first).result, outcome::duplicate) << "its key stays";
}

TYPED_TEST(Demands, BeginAnewWithANewAttempt) {
  EXPECT_EQ(this->expect_task(1), 0);
  this->bring(born);
  EXPECT_EQ(this->post(this->bare(born + 1)).result, outcome::accepted);
  this->expect_task(2);
  EXPECT_EQ(this->post(this->bare(born + 2)).result, outcome::schema_error);
  this->bring(born + 3, "again");
  EXPECT_EQ(this->post(this->bare(born + 4)).result, outcome::accepted);
}

TYPED_TEST(Demands, AreMetByWhatWaitsForItsTasksRegistration) {
  callback music;
  music.stage = "first", music.rank = 2, music.furnishes = true, music.at = born;
  music.wants_registered_task = true;
  EXPECT_EQ(this->post(music).result, outcome::unknown_task);
  callback none = this->bare(born + 1);
  none.wants_registered_task = true;
  EXPECT_EQ(this->post(none).result, outcome::unknown_task);
  EXPECT_EQ(this->expect_task(1), 2);
  EXPECT_EQ(this->only("task-1").stage, "complete");
  none.key = "another", none.raw = "another", none.at = born + 2;
  EXPECT_EQ(this->post(none).result, outcome::accepted);
}

TYPED_TEST(Demands, AreMetOverAnyNumberOfThingsThatBroughtThem) {
  this->bring(born + 10 * minute, "one");
  this->bring(born, "a late one of another thread");  // taken later, received earlier
  EXPECT_EQ(this->post(this->bare(born + 35 * minute)).result, outcome::accepted);
}

}  // namespace
}  // namespace callgate::testing
