// SPDX-License-Identifier: Apache-2.0
// Vectors of fixed capacity.
#include <callgate/core/static_vector.hpp>

#include <gtest/gtest.h>

namespace callgate {
namespace {

TEST(StaticVector, TakesItsCapacityAndNoMore) {
  static_vector<int, 2> v;
  EXPECT_TRUE(v.empty());
  EXPECT_TRUE(v.push_back(1));
  EXPECT_TRUE(v.push_back(2));
  EXPECT_TRUE(v.full());
  EXPECT_FALSE(v.push_back(3));
  EXPECT_EQ(v.size(), 2U);
  EXPECT_EQ(v.back(), 2);
  v[0] = 5;
  int sum = 0;
  for (const int i : v) sum += i;
  EXPECT_EQ(sum, 7);
  v.clear();
  EXPECT_EQ(v.begin(), v.end());
  EXPECT_EQ(v.capacity(), 2U);
}

}  // namespace
}  // namespace callgate
