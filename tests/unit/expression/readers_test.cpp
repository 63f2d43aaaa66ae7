// SPDX-License-Identifier: Apache-2.0
// The plain functions of a plan.
#include <callgate/expression/readers.hpp>

#include <callgate/expression/values.hpp>

#include <tests/support/evaluation.hpp>

#include <gtest/gtest.h>

namespace callgate::expression {
namespace {

using testing::branch;
using testing::evaluation;
using testing::is_absent;
using testing::sample_payload;

using items = source::body<&sample_payload::tree, &branch::maybe_items>;

TEST(ExpressionReaders, ReadTheWholePayload) {
  evaluation one;
  one.payload.integer = 5;
  constexpr record_column column{"n", column_type::integer,
                                 &read<sample_payload, body<&sample_payload::integer>>};
  EXPECT_EQ(column.read(one.in).integer, 5);
}

TEST(ExpressionReaders, TakeEmptyTextForAbsent) {
  evaluation one;
  one.add("");
  EXPECT_TRUE(is_absent(read<sample_payload, body<&sample_payload::open>>(one.in)));
  EXPECT_TRUE(is_absent((read_item<sample_payload, items, item<>>(one.in))));
}

TEST(ExpressionReaders, ReadTheItemThatTheRecordIsAt) {
  evaluation one;
  for (const char* name : {"a", "b", "c"}) one.add(name);
  one.in.item = 2;
  EXPECT_EQ((read_item<sample_payload, items, item<>>(one.in).text), "c");
  one.in.item = 3;
  EXPECT_TRUE(is_absent((read_item<sample_payload, items, integer<1>>(one.in)))) << "no such item";
}

TEST(ExpressionReaders, CountTheItemsOfAnArrayThatMayBeAbsent) {
  evaluation one;
  EXPECT_EQ((count_items<sample_payload, items>(&one.payload)), 0U);
  EXPECT_TRUE(is_absent((read_item<sample_payload, items, item<>>(one.in))));
  one.add("a");
  EXPECT_EQ((count_items<sample_payload, items>(&one.payload)), 1U);
}

TEST(ExpressionReaders, HoldsForATrueBooleanOnly) {
  evaluation one;
  EXPECT_TRUE((holds<sample_payload, boolean<true>>(one.in)));
  EXPECT_FALSE((holds<sample_payload, boolean<false>>(one.in)));
  EXPECT_FALSE((holds<sample_payload, body<&sample_payload::maybe_integer>>(one.in)));
  EXPECT_FALSE((holds<sample_payload, integer<1>>(one.in)));
}

}  // namespace
}  // namespace callgate::expression
