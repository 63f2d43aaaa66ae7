// SPDX-License-Identifier: Apache-2.0
#include <callgate/server/expected_task.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <type_traits>

namespace callgate {
namespace {

using type = scalar::type;

TEST(ExpectedTask, TakesTextNumbersAndBooleansByTheirKind) {
  const std::string owned = "owned";
  const char* const pointer = "pointer";
  const expected_task task{.task_id = "t1",
                           .context = {{"a", "literal"},
                                       {"b", owned},
                                       {"c", pointer},
                                       {"d", 12},
                                       {"e", std::int64_t{-3}},
                                       {"f", 1.5},
                                       {"g", true},
                                       {"h", nullptr}}};
  ASSERT_EQ(task.context.size(), 8U);
  EXPECT_EQ(task.context[0].value.text, "literal");
  EXPECT_EQ(task.context[1].value.text, "owned");
  EXPECT_EQ(task.context[2].value.text, "pointer");
  EXPECT_EQ(task.context[3].value.integer, 12);
  EXPECT_EQ(task.context[4].value.integer, -3);
  EXPECT_EQ(task.context[5].value.number, 1.5);
  EXPECT_EQ(task.context[6].value.kind, type::boolean);
  EXPECT_TRUE(task.context[6].value.boolean);
  EXPECT_EQ(task.context[7].value.kind, type::null);
}

TEST(ExpectedTask, TakesOnePairForOneValue) {
  const expected_task task{.task_id = "t1", .context = {{"name", "value"}}};
  ASSERT_EQ(task.context.size(), 1U);
  EXPECT_EQ(task.context[0].name, "name");
  EXPECT_EQ(task.context[0].value.text, "value");
}

// It would become another number.
static_assert(!std::is_constructible_v<context_argument, const char*, std::uint64_t>);

}  // namespace
}  // namespace callgate
