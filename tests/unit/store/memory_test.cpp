// SPDX-License-Identifier: Apache-2.0
// The memory store with its memory_events and memory_history; what all stores do: store_test.cpp,
// store_history_test.cpp.
#include <callgate/store/memory.hpp>

#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

#include <string>

namespace callgate::testing {
namespace {

using store::memory;
using store::memory_options;
using store::submission;

callback of_task(int i) {
  callback c;
  c.task_id = "t" + std::to_string(i);
  return c;
}

TEST(MemoryStore, FinishesEveryAppendAtOnce) {
  memory s;
  EXPECT_EQ(post(s, callback{}).submitted, submission::done);
}

TEST(MemoryStore, CopiesWhatItKeeps) {
  memory s;
  callback c;
  c.raw = "original";
  store::append_request r = request_of(c);
  ASSERT_EQ(s.append(r), submission::done);
  c.raw = "changed!";
  EXPECT_EQ(entry_of(s, "task-1").raw, "original");
}

TEST(MemoryStore, HasADigestOfItsOwnUnderAKeyThatNoOtherStoreHas) {
  static_assert(store::digesting_store<memory>);
  const memory one, other;
  EXPECT_EQ(one.digest().update("body").finish(), one.digest().update("body").finish());
  EXPECT_NE(one.digest().update("body").finish(), one.digest().update("bodz").finish());
  EXPECT_NE(one.digest().update("body").finish(), other.digest().update("body").finish());
}

TEST(MemoryStore, DropsTheOldestEventsButKeepsTheirTasks) {
  memory_options o;
  o.max_events = 4;
  memory s{o};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(post(s, of_task(i)).sequence, i + 1);
  const auto events = s.read_events("suno", 0, 100);
  ASSERT_EQ(events->size(), 4u);
  EXPECT_EQ((*events)[0].sequence, 7);
  const auto first = entry_of(s, "t0");
  EXPECT_EQ(first.stage, "text");
  EXPECT_EQ(first.callbacks, 1);
  EXPECT_EQ(first.raw, "");
  EXPECT_TRUE(first.timeline.empty());
  EXPECT_FALSE(s.raw(first.id, 0)->has_value());
  EXPECT_EQ(s.last_sequence(), 10);
}

TEST(MemoryStore, DropsTheOldestEventsWhenTheirBytesRunOut) {
  memory_options o;
  o.max_event_bytes = 1000;
  memory s{o};
  callback c;
  c.raw = std::string(300, 'x');
  for (int i = 0; i < 7; ++i) post(s, c);
  const auto t = entry_of(s, "task-1");
  EXPECT_EQ(t.callbacks, 7);
  EXPECT_EQ(t.timeline.size(), 3u);
  EXPECT_EQ(t.raw, c.raw);
}

TEST(MemoryStore, GivesABodyBackThatNeverFitsAndStaysWhole) {
  memory_options o;
  o.max_event_bytes = o.max_quarantine_record_bytes = 100;
  memory s{o};
  callback c;
  c.key = "k";
  c.raw = std::string(101, 'x');
  EXPECT_EQ(post(s, c).result, outcome::store_error);
  EXPECT_EQ(post(s, c).sequence, 0);
  EXPECT_EQ(found(s, "task-1").size(), 0u);
  c.raw = "fits";
  EXPECT_EQ(post(s, c).result, outcome::accepted);
  EXPECT_EQ(post(s, c).sequence, 1);
  c.decided = outcome::bad_json;
  c.raw = std::string(101, 'x');
  EXPECT_EQ(post(s, c).result, outcome::store_error);
}

TEST(MemoryStore, DropsTheTaskThatWasUntouchedTheLongestWithItsEvents) {
  memory_options o;
  o.max_tasks = 3;
  memory s{o};
  for (int i = 0; i < 3; ++i) post(s, of_task(i));
  post(s, of_task(0));
  post(s, of_task(3));
  EXPECT_EQ(found(s, "t1").size(), 0u);
  EXPECT_EQ(entry_of(s, "t0").timeline.size(), 2u);
  const auto events = s.read_events("suno", 0, 100);
  ASSERT_EQ(events->size(), 4u);
  for (const auto& e : *events) EXPECT_NE(e.task_id, "t1");
  EXPECT_EQ(list(s).size(), 3u);
}

TEST(MemoryStore, ForgetsTheOldestKeysFirst) {
  memory_options o;
  o.max_deliveries = 2;
  memory s{o};
  callback c;
  for (const char* key : {"a", "b", "c"}) {
    c.key = key;
    EXPECT_EQ(post(s, c).result, outcome::accepted);
  }
  EXPECT_EQ(post(s, c).result, outcome::duplicate);
  c.key = "b";
  EXPECT_EQ(post(s, c).result, outcome::duplicate);
  c.key = "a";
  EXPECT_EQ(post(s, c).result, outcome::accepted);
}

TEST(MemoryStore, BoundsTheQuarantineOfAllMountsTogether) {
  memory_options o;
  o.max_quarantine_records = 2;
  memory s{o};
  callback c;
  c.decided = outcome::bad_json;
  for (const char* mount : {"a", "b", "c"}) {
    c.mount = mount;
    post(s, c);
  }
  EXPECT_EQ(s.evicted(), 1);
  EXPECT_EQ(list(s, "a").size(), 0u);
  EXPECT_EQ(list(s, "c").size(), 1u);
}

TEST(MemoryStore, ReusesTheRoomOfRemovedTasks) {
  memory_options o;
  o.max_tasks = 3;
  memory s{o};
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 3; ++i) post(s, of_task(i));
    EXPECT_EQ(*s.remove_before("suno", 2'000 * second, 2), 2u);
    EXPECT_EQ(list(s).size(), 1u);
    EXPECT_EQ(*s.remove_before("suno", 2'000 * second, 9), 1u);
  }
  EXPECT_EQ(s.last_sequence(), 15);
}

TEST(MemoryStore, CutsTextsThatAreTooLongForATask) {
  memory s;
  callback c;
  c.stage = std::string(100, 's');
  c.message = std::string(1000, 'm');
  post(s, c);
  const auto t = entry_of(s, "task-1");
  EXPECT_EQ(t.stage, std::string(64, 's'));
  EXPECT_EQ(t.message, std::string(256, 'm'));
  EXPECT_EQ(t.timeline.at(0).message, c.message);
}

}  // namespace
}  // namespace callgate::testing
