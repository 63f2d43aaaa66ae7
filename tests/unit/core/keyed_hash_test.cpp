// SPDX-License-Identifier: Apache-2.0
// The keyed hash: that it is SipHash, that its key counts, that words spread.
#include <callgate/core/keyed_hash.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstddef>

namespace callgate {
namespace {

// Slow and to the letter of the paper, for one word: v3 ^= m, c rounds, v0 ^= m; then d rounds.
std::uint64_t reference(std::uint64_t k0, std::uint64_t k1, std::uint64_t word) {
  std::array<std::uint64_t, 4> v{0x736f6d6570736575 ^ k0, 0x646f72616e646f6d ^ k1,
                                 0x6c7967656e657261 ^ k0, 0x7465646279746573 ^ k1};
  const auto left = [](std::uint64_t x, int n) { return (x << n) | (x >> (64 - n)); };
  const auto sip_round = [&] {
    v[0] = v[0] + v[1];
    v[2] = v[2] + v[3];
    v[1] = left(v[1], 13);
    v[3] = left(v[3], 16);
    v[1] = v[1] ^ v[0];
    v[3] = v[3] ^ v[2];
    v[0] = left(v[0], 32);
    v[2] = v[2] + v[1];
    v[0] = v[0] + v[3];
    v[1] = left(v[1], 17);
    v[3] = left(v[3], 21);
    v[1] = v[1] ^ v[2];
    v[3] = v[3] ^ v[0];
    v[2] = left(v[2], 32);
  };
  for (const std::uint64_t block : {word, std::uint64_t{0x0800000000000000}}) {
    v[3] = v[3] ^ block;
    sip_round();
    v[0] = v[0] ^ block;
  }
  v[2] = v[2] ^ 0xff;
  for (int i = 0; i < 3; ++i) sip_round();
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

TEST(KeyedHash, IsSipHashOfOneWord) {
  constexpr keyed_hash fixed(0x0706050403020100, 0x0f0e0d0c0b0a0908);
  for (std::uint64_t word :
       {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}, std::uint64_t{0x0706050403020100}})
    EXPECT_EQ(fixed(word), reference(0x0706050403020100, 0x0f0e0d0c0b0a0908, word));
}

TEST(KeyedHash, HasAKeyOfItsOwnEachTime) {
  EXPECT_NE(keyed_hash{}(42), keyed_hash{}(42));
}

TEST(KeyedHash, SpreadsNeighboursOverASmallTable) {
  const keyed_hash hash;
  std::array<int, 64> counts{};
  for (std::uint64_t word = 0; word < 6400; ++word) ++counts[hash(word) % counts.size()];
  for (const int count : counts) EXPECT_NEAR(count, 100, 60);
}

}  // namespace
}  // namespace callgate
