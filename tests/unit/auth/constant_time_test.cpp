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
  const bytes a(32, 0xa5);
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      bytes b = a;
      b[i] = static_cast<std::uint8_t>(b[i] ^ (1U << bit));
      EXPECT_FALSE(constant_time_equal(a, b)) << i << '.' << bit;
    }
  }
}

// Two differences must not cancel each other out.
TEST(ConstantTimeEqual, FailsForTwoEqualDifferences) {
  EXPECT_FALSE(constant_time_equal(bytes{1, 1}, bytes{2, 2}));
}

TEST(ConstantTimeEqual, FailsForAPrefix) {
  EXPECT_FALSE(constant_time_equal(bytes{1, 2}, bytes{1, 2, 3}));
  EXPECT_FALSE(constant_time_equal(bytes{1, 2, 3}, bytes{1, 2}));
  EXPECT_FALSE(constant_time_equal(bytes{}, bytes{0}));
}

}  // namespace
}  // namespace callgate::auth
