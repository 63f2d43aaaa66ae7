// SPDX-License-Identifier: Apache-2.0
// Records of which a task has one row, out of all.
#include <callgate/provider/single_row_records.hpp>

#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

namespace callgate {
namespace {

TEST(SingleRowRecords, AreThoseWithoutAKeyAndReadAsTheWholeSetDoes) {
  const record_set& all = testing::sample_record_set;
  const single_row_records some(all);
  ASSERT_EQ(all.plans.size(), 2U);
  ASSERT_EQ(some.set().plans.size(), 1U);
  EXPECT_EQ(some.set().plans[0].name, "task");
  EXPECT_EQ(some.set().provider, all.provider);
  EXPECT_EQ(some.set().parse, all.parse);
}

}  // namespace
}  // namespace callgate
