// SPDX-License-Identifier: Apache-2.0
// Tests of random bytes.
#include <callgate/store/random_bytes.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace callgate::store {
namespace {

TEST(RandomBytes, FillEveryPartOfALongSpan) {
  std::vector<std::byte> bytes(100'000);
  fill_random(bytes);
  for (std::size_t at = 0; at + 32 <= bytes.size(); at += 32) {
    const auto part = std::span{bytes}.subspan(at, 32);
    ASSERT_TRUE(std::any_of(part.begin(), part.end(), [](std::byte b) { return b != std::byte{}; }))
        << at;
  }
}

TEST(RandomBytes, DifferEachTimeAndStayInTheirSpan) {
  std::vector<std::byte> a(64), b(64);
  fill_random(std::span{a}.first(32));
  fill_random(std::span{b}.first(32));
  EXPECT_NE(a, b);
  EXPECT_EQ(std::count(a.begin() + 32, a.end(), std::byte{}), 32);
  fill_random({});
}

}  // namespace
}  // namespace callgate::store
