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
  EXPECT_EQ(tasks[b].newer, a);
  EXPECT_EQ(tasks[a].older, b);
  EXPECT_EQ(tasks.find("m", "c"), memory_tasks::none);
  EXPECT_EQ(tasks.insert(of("m", "d")), c);
}

}  // namespace
}  // namespace callgate::store
