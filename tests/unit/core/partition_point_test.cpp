// SPDX-License-Identifier: Apache-2.0
// Binary search, against counting.
#include <callgate/core/partition_point.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <span>

namespace callgate {
namespace {

TEST(PartitionPoint, IsWhereTheFirstItemsEnd) {
  constexpr std::array<int, 9> items{0, 1, 2, 3, 4, 5, 6, 7, 8};
  for (std::size_t size = 0; size <= items.size(); ++size)
    for (int bound = 0; bound <= static_cast<int>(size); ++bound) {
      const auto some = std::span<const int>{items}.first(size);
      EXPECT_EQ(partition_point(some, [bound](int item) { return item < bound; }),
                static_cast<std::size_t>(bound));
    }
}

TEST(PartitionPoint, AsksFewTimes) {
  std::array<int, 1000> items{};
  int asked = 0;
  EXPECT_EQ(partition_point(std::span<const int>{items}, [&](int) { return ++asked, true; }),
            1000U);
  EXPECT_LE(asked, 11);
}

}  // namespace
}  // namespace callgate
