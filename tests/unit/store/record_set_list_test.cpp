// SPDX-License-Identifier: Apache-2.0
// Sets come to the writer once they are there.
#include <callgate/store/record_set_list.hpp>

#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

namespace callgate::store {
namespace {

TEST(RecordSetList, TellsWhatWasAdded) {
  record_set_list list;
  EXPECT_FALSE(list.changed());
  list.add(testing::sample_record_set);
  EXPECT_TRUE(list.changed());
  ASSERT_EQ(list.take().size(), 1U);
  EXPECT_FALSE(list.changed());
  record_set other = testing::sample_record_set;
  other.provider = "other";
  list.add(other);
  EXPECT_TRUE(list.changed());
  EXPECT_EQ(list.take().at(1), &other);
  record_set later = testing::sample_record_set;
  list.add(later);
  EXPECT_EQ(list.take(), (std::vector<const record_set*>{&other, &later}))
      << "one for each provider: the later";
}

}  // namespace
}  // namespace callgate::store
