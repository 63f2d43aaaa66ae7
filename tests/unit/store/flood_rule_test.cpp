// SPDX-License-Identifier: Apache-2.0
// Floods of what is verified and valid: events are bounded, and what lies beyond has quotas; the
// same over every store.
#include <callgate/store/flood_rule.hpp>

#include <tests/support/every_store.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace callgate::testing {
namespace {

constexpr store::event_bounds bounds{
    .max_events_per_task = 4, .max_event_bytes_per_task = 1000, .max_conflicts_per_delivery = 2};

TEST(FloodRule, HasRoomUpToEitherBound) {
  EXPECT_TRUE(store::has_room(bounds, 3, 999, 1, 1));
  EXPECT_FALSE(store::has_room(bounds, 4, 0, 1, 1));
  EXPECT_FALSE(store::has_room(bounds, 0, 1000, 1, 1));
  EXPECT_TRUE(store::has_room(bounds, 4, 1000, 1, 2)) << "the next stage always fits";
  EXPECT_FALSE(store::has_room(bounds, 4, 1000, 2, 1));
  EXPECT_FALSE(store::has_room(bounds, 4, 1000, 0, 0)) << "what moves nothing";
}

TEST(FloodRule, IsBoundedUnlessSomebodySaysOtherwise) {
  const store::event_bounds said{};
  EXPECT_EQ(said.max_events_per_task, 10'000);
  EXPECT_EQ(said.max_event_bytes_per_task, 64 << 20);
  EXPECT_EQ(said.max_conflicts_per_delivery, 16);
}

template <class Store>
struct Floods : ::testing::Test {
  temporary_folder folder;
  std::unique_ptr<Store> store;

  void SetUp() override {
    if constexpr (std::is_same_v<Store, store::memory>) {
      store::memory_options o;
      o.bounds = bounds, o.max_quarantine_rows = 3;
      store = std::make_unique<Store>(o);
    } else {
      store::sqlite_options o;
      o.folder = folder.path, o.bounds = bounds, o.max_quarantine_rows = 3;
      store = std::make_unique<Store>(o);
    }
    ASSERT_TRUE(reaches(*store, store::condition::ready));
  }
  posted post(const callback& c) { return testing::post(*store, c); }
  posted post_body(const std::string& raw, std::uint8_t rank = 1, const char* task = "task-1") {
    callback c;
    c.raw = raw, c.key = raw + task, c.rank = rank, c.task_id = task;
    c.stage = "stage-" + std::to_string(rank);
    return post(c);
  }
  std::vector<store::history_entry> quarantined() {
    std::vector<store::history_entry> found;
    for (const store::history_entry& e : list(*store))
      if (e.quarantined) found.push_back(store->entry(e.id).value().value());
    return found;
  }
  std::size_t events() { return store->read_events("suno", 0, 1000).value().size(); }
  store::history_entry task() { return found(*store, "task-1").at(0); }
};
using AllStores = ::testing::Types<store::memory, store::sqlite>;
TYPED_TEST_SUITE(Floods, AllStores);

TYPED_TEST(Floods, OfOneTaskGoToTheQuarantineWithTheirOutcomeAndAReason) {
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(this->post_body("body " + std::to_string(i)).sequence, i + 1);
  const posted p = this->post_body("one too many");
  EXPECT_EQ(p.result, outcome::accepted);
  EXPECT_EQ(p.sequence, 1) << "of the quarantine";
  EXPECT_EQ(this->events(), 4U);
  EXPECT_EQ(this->task().callbacks, 4);
  ASSERT_EQ(this->quarantined().size(), 1U);
  const store::history_entry kept = this->quarantined()[0];
  EXPECT_EQ(kept.reason, store::too_many_events);
  EXPECT_EQ(kept.result, outcome::accepted);
  EXPECT_EQ(kept.raw, "one too many");
  EXPECT_EQ(kept.task_id, "task-1");
  EXPECT_EQ(this->post_body("body 0").result, outcome::duplicate) << "no more of what is known";
  EXPECT_EQ(this->post_body("body 0", 1, "task-2").sequence, 5) << "no other task feels it";
}

TYPED_TEST(Floods, FillNoMoreThanTheQuotaAndCountWhatGoes) {
  for (int i = 0; i < 50; ++i) this->post_body("body " + std::to_string(i));
  EXPECT_EQ(this->events(), 4U);
  ASSERT_EQ(this->quarantined().size(), 3U);
  EXPECT_EQ(this->store->evicted(), 50 - 4 - 3);
  EXPECT_EQ(this->quarantined()[0].raw, "body 49") << "the newest stay";
}

TYPED_TEST(Floods, AreBoundedByBytesToo) {
  EXPECT_EQ(this->post_body(std::string(999, 'a')).sequence, 1);
  EXPECT_EQ(this->post_body(std::string(5'000, 'b')).sequence, 2)
      << "the bound is looked at before";
  EXPECT_EQ(this->post_body("c").result, outcome::accepted);
  EXPECT_EQ(this->events(), 2U);
  EXPECT_EQ(this->quarantined().size(), 1U);
}

TYPED_TEST(Floods, KeepNoTaskFromItsNextStages) {
  for (int i = 0; i < 10; ++i) this->post_body("body " + std::to_string(i));
  EXPECT_EQ(this->post_body("the next stage", 2).sequence, 5);
  EXPECT_EQ(this->task().stage, "stage-2");
  EXPECT_EQ(this->post_body("again", 2).result, outcome::accepted);
  EXPECT_EQ(this->post_body("the stage before", 1).result, outcome::accepted);
  EXPECT_EQ(this->events(), 5U) << "those went to the quarantine";
  EXPECT_EQ(this->post_body("the last stage", 3).sequence, 6);
  EXPECT_EQ(this->task().stage, "stage-3");
}

TYPED_TEST(Floods, OfTasksThatNobodyRegisteredAreBoundedWhateverTheirStage) {
  callback c;
  c.wants_registered_task = true, c.rank = 9;
  for (int i = 0; i < 6; ++i) {
    c.raw = "body " + std::to_string(i);
    EXPECT_EQ(this->post(c).result, outcome::unknown_task);
  }
  EXPECT_EQ(this->events(), 4U);
  ASSERT_EQ(this->quarantined().size(), 2U);
  EXPECT_EQ(this->quarantined()[0].result, outcome::unknown_task);
}

TYPED_TEST(Floods, ClaimNoKeySoThatTheyAreNoDuplicates) {
  for (int i = 0; i < 5; ++i) this->post_body("body " + std::to_string(i));
  const posted again = this->post_body("body 4");
  EXPECT_EQ(again.result, outcome::accepted);
  EXPECT_EQ(again.sequence, 2) << "of the quarantine: whoever says cached must have it for good";
}

TYPED_TEST(Floods, OfOtherBodiesUnderOneDeliveryIdGoToTheQuarantine) {
  callback c;
  c.conflicts = true, c.key = "delivery";
  const auto deliver = [&](const std::string& raw, const char* task) {
    c.raw = raw, c.task_id = task;
    return this->post(c);
  };
  EXPECT_EQ(deliver("first", "task-0").result, outcome::accepted);
  EXPECT_EQ(deliver("second", "task-1").result, outcome::conflict);
  EXPECT_EQ(deliver("third", "task-2").result, outcome::conflict);
  const posted p = deliver("fourth", "task-3");
  EXPECT_EQ(p.result, outcome::conflict);
  EXPECT_EQ(this->events(), 3U);
  ASSERT_EQ(this->quarantined().size(), 1U);
  EXPECT_EQ(this->quarantined()[0].reason, store::too_many_conflicts);
  EXPECT_EQ(this->quarantined()[0].result, outcome::conflict);
  EXPECT_EQ(this->quarantined()[0].raw, "fourth");
  EXPECT_EQ(this->quarantined()[0].task_id, "task-3");
  EXPECT_EQ(deliver("first", "task-0").result, outcome::duplicate) << "the key stays";
  c.key = "another delivery";
  EXPECT_EQ(deliver("fourth", "task-3").result, outcome::accepted);
}

TYPED_TEST(Floods, OfConflictsEndWithTheirKey) {
  callback c;
  c.conflicts = true, c.key = "delivery";
  for (int i = 0; i < 4; ++i) c.raw = std::to_string(i), this->post(c);
  EXPECT_EQ(this->events(), 3U);
  c.at += 60 * minute;
  c.task_id = "task-2";
  for (int i = 0; i < 4; ++i) c.raw = std::to_string(i), this->post(c);
  EXPECT_EQ(this->events(), 6U) << "a key of its own time has conflicts of its own";
}

TYPED_TEST(Floods, LeaveTheReasonOfAMissingDemandAsItIs) {
  callback c;
  c.conflicts = true, c.key = "delivery";
  for (int i = 0; i < 3; ++i) c.raw = std::to_string(i), this->post(c);
  c.raw = "lacks", c.needs_earlier_us = minute, c.reason = "/data: required in stage text";
  EXPECT_EQ(this->post(c).result, outcome::schema_error);
  EXPECT_EQ(this->quarantined().at(0).reason, c.reason);
}

}  // namespace
}  // namespace callgate::testing
