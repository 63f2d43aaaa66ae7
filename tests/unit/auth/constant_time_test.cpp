// SPDX-License-Identifier: Apache-2.0
// Equality that tells no more than yes or no.
#include <callgate/auth/constant_time.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace callgate::auth {
namespace {

using bytes = std::vector<std::uint8_t>;

TEST(ConstantTimeEqual, HoldsForEqualBytes) {
  EXPECT_TRUE(constant_time_equal(bytes{}, bytes{}));
  EXPECT_TRUE(constant_time_equal(bytes{0}, bytes{0}));
  EXPECT_TRUE(constant_time_equal(bytes{1, 2, 255}, bytes{1, 2, 255}));
}

TEST(ConstantTimeEqual, FailsForAnyBitOfAnyByte) {
  for (const std::size_t size : {1u, 7u, 8u, 9u, 15u, 20u, 32u}) {
    const bytes a(size, 0xa5);
    EXPECT_TRUE(constant_time_equal(a, bytes(size, 0xa5))) << size;
    for (std::size_t bit = 0; bit < size * 8; ++bit) {
      bytes b = a;
      b[bit / 8] = static_cast<std::uint8_t>(b[bit / 8] ^ (1U << bit % 8));
      EXPECT_FALSE(constant_time_equal(a, b)) << bit << " of " << size;
    }
  }
}

// Two differences must not cancel each other out.
TEST(ConstantTimeEqual, FailsForTwoEqualDifferences) {
  EXPECT_FALSE(constant_time_equal(bytes{1, 1}, bytes{2, 2}));
  EXPECT_FALSE(constant_time_equal(bytes(16, 1), bytes(16, 2)));
}

TEST(ConstantTimeEqual, FailsForAPrefix) {
  EXPECT_FALSE(constant_time_equal(bytes{1, 2}, bytes{1, 2, 3}));
  EXPECT_FALSE(constant_time_equal(bytes{1, 2, 3}, bytes{1, 2}));
  EXPECT_FALSE(constant_time_equal(bytes{}, bytes{0}));
}

}  // namespace
}  // namespace callgate::auth
