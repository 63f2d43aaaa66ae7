// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/newest_first.hpp>

#include <gtest/gtest.h>

namespace callgate::store {
namespace {

TEST(NewestFirst, SortsByTimeThenSequenceAndCuts) {
  std::vector<history_entry> entries(4);
  const unix_micros times[] = {1, 3, 3, 2};
  for (std::size_t i = 0; i < 4; ++i) {
    entries[i].last_received_at = times[i];
    entries[i].sequence = static_cast<std::int64_t>(i);
  }
  newest_first(entries, 3);
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].sequence, 2);
  EXPECT_EQ(entries[1].sequence, 1);
  EXPECT_EQ(entries[2].sequence, 3);
}

}  // namespace
}  // namespace callgate::store
