// SPDX-License-Identifier: Apache-2.0
// Tests of the hash of short texts: its key, every length, every byte, and how it spreads.
#include <callgate/core/text_hash.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace callgate {
namespace {

TEST(TextHash, IsAnotherForEachKey) {
  const text_hash a, b;
  for (std::size_t size = 0; size <= text_hash::max_bytes; ++size)
    EXPECT_NE(a(std::string(size, 'x')), b(std::string(size, 'x'))) << size;
}

TEST(TextHash, IsTheSameForEqualTextsElsewhere) {
  const text_hash hash;
  const std::string text = "0b7c9f6e-8d0c-4a55-9d4b-2f6f6c1f0a11";
  for (std::size_t size = 0; size <= text.size(); ++size)
    for (std::size_t shift = 0; shift < 9; ++shift) {
      const std::string moved = std::string(shift, 'y') + text.substr(0, size);
      EXPECT_EQ(hash(std::string_view{moved}.substr(shift)), hash(text.substr(0, size))) << size;
    }
}

TEST(TextHash, DependsOnEveryByteOfEveryLength) {
  const text_hash hash;
  for (std::size_t size = 1; size <= text_hash::max_bytes; ++size)
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'x');
      const std::uint64_t before = hash(text);
      text[at] = 'y';
      ASSERT_NE(hash(text), before) << at << " of " << size;
    }
}

TEST(TextHash, TellsTextsOfZerosApartByTheirLength) {
  const text_hash hash;
  std::set<std::uint64_t> seen;
  for (std::size_t size = 0; size <= text_hash::max_bytes; ++size)
    EXPECT_TRUE(seen.insert(hash(std::string(size, '\0'))).second) << size;
}

TEST(TextHash, TellsPairsInAnotherOrderApart) {
  const text_hash hash;
  const std::string a(16, 'a'), b(16, 'b');
  EXPECT_NE(hash(a + b), hash(b + a));
  EXPECT_NE(hash(a + a), hash(a));
}

// 4096 names in 256 places: of 16 each, none has 64.
TEST(TextHash, SpreadsSimilarNamesByItsLowestBits) {
  const text_hash hash;
  for (const std::string& start : {std::string{}, std::string(30, 'x'), std::string(200, 'x')}) {
    std::array<int, 256> places{};
    for (int i = 0; i < 4096; ++i) ++places[hash(start + std::to_string(i)) & 255];
    for (const int count : places) EXPECT_LT(count, 64);
  }
}

}  // namespace
}  // namespace callgate
