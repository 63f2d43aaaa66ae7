// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/memory_tasks.hpp>

#include <gtest/gtest.h>

#include <string>

namespace callgate::store {
namespace {

append_request of(std::string_view mount, std::string_view task_id) {
  append_request r;
  r.mount = mount;
  r.task_id = task_id;
  r.result = outcome::accepted;
  return r;
}

TEST(MemoryTasks, TellsMountsApart) {
  memory_tasks tasks{4};
  const auto a = tasks.insert(of("suno", "1"));
  const auto b = tasks.insert(of("kie", "1"));
  EXPECT_NE(a, b);
  EXPECT_EQ(tasks.find("suno", "1"), a);
  EXPECT_EQ(tasks.find("kie", "1"), b);
  EXPECT_EQ(tasks.find("suno", "2"), memory_tasks::none);
}

TEST(MemoryTasks, FindsATaskByTextsThatWereCut) {
  memory_tasks tasks{4};
  const std::string long_id(300, 'x');
  const auto s = tasks.insert(of("suno", long_id));
  EXPECT_EQ(tasks.find("suno", long_id), s);
}

TEST(MemoryTasks, KeepsTheOrderOfTheLastTouch) {
  memory_tasks tasks{3};
  const auto a = tasks.insert(of("m", "a"));
  const auto b = tasks.insert(of("m", "b"));
  EXPECT_EQ(tasks.in_the_way(), memory_tasks::none);
  const auto c = tasks.insert(of("m", "c"));
  EXPECT_EQ(tasks.in_the_way(), a);
  tasks.touch(a, of("m", "a"));
  EXPECT_EQ(tasks.oldest(), b);
  EXPECT_EQ(tasks.newest(), a);
  tasks.erase(c);  // from the middle
  EXPECT_EQ(tasks.newer(b), a);
  EXPECT_EQ(tasks.older(a), b);
  EXPECT_EQ(tasks.find("m", "c"), memory_tasks::none);
  EXPECT_EQ(tasks.insert(of("m", "d")), c);
}

append_request event_of(std::int64_t sequence, std::string_view stage, std::uint8_t rank) {
  append_request r = of("suno", "1");
  r.sequence = sequence;
  r.stage = stage;
  r.rank = rank;
  return r;
}

TEST(MemoryTasks, KnowTheStageOfTheLastEventWhateverSetTheTasksOwn) {
  memory_tasks tasks{1};
  const auto s = tasks.insert(of("suno", "1"));
  EXPECT_TRUE(tasks.touch(s, event_of(1, "first", 2)));
  EXPECT_EQ(tasks[s].last_stage(), "first");
  EXPECT_FALSE(tasks.touch(s, event_of(2, "text", 1)));
  EXPECT_EQ(tasks[s].last_stage(), "text");
  EXPECT_EQ(tasks[s].stage.view(), "first");
  EXPECT_TRUE(tasks.touch(s, event_of(3, "complete", 3)));
  EXPECT_EQ(tasks[s].last_stage(), "complete");
  tasks.reopen(s, 2, 0);
  EXPECT_EQ(tasks[s].last_stage(), "complete");
  EXPECT_EQ(tasks[s].stage.view(), "");
}

TEST(MemoryTasks, TakeASlotAgainAsIfItWereNew) {
  memory_tasks tasks{2};
  const auto s = tasks.insert(of("suno", "1"));
  tasks.touch(s, event_of(1, "first", 2));
  tasks[s].context.push_back({"user", {}});
  tasks.erase(s);
  ASSERT_EQ(tasks.insert(of("suno", "2")), s);
  EXPECT_EQ(tasks[s].callbacks, 0);
  EXPECT_EQ(tasks[s].stage.view(), "");
  EXPECT_EQ(tasks[s].last_stage(), "");
  EXPECT_EQ(tasks[s].rank, 0);
  EXPECT_TRUE(tasks[s].context.empty());
}

}  // namespace
}  // namespace callgate::store
