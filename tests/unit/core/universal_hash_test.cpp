// SPDX-License-Identifier: Apache-2.0
// Tests of the universal hash: a slow reference, lengths, splits, and what changes it.
#include <callgate/core/universal_hash.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <set>
#include <string>
#include <string_view>

namespace callgate {
namespace {

__extension__ using wide = unsigned __int128;
using hash = std::array<std::uint8_t, 16>;

constexpr wide prime = (wide{1} << 127) - 1;

universal_key key_of(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  universal_key key;
  for (std::uint64_t& word : key.block) word = random();
  for (std::uint64_t& word : key.point) word = random();
  return key;
}

hash hash_of(std::string_view text, const universal_key& key) {
  return universal_hash(key).update(text).finish();
}

// Bit by bit.
wide slow_product(wide a, wide b) {
  wide out = 0;
  for (int bit = 126; bit >= 0; --bit) {
    out = (out * 2) % prime;
    if ((b >> bit & 1) != 0) out = (out + a % prime) % prime;
  }
  return out;
}

std::uint64_t word_of(std::string_view text, std::size_t at) {
  std::array<char, 8> bytes{};
  if (at < text.size()) text.copy(bytes.data(), 8, at);
  return std::bit_cast<std::uint64_t>(bytes);
}

wide slow_block(std::string_view block, const universal_key& key) {
  wide sum = 0;
  for (std::size_t i = 0; i * 8 < block.size(); i += 2)
    sum +=
        wide{word_of(block, i * 8) + key.block[i]} * (word_of(block, i * 8 + 8) + key.block[i + 1]);
  return sum % (wide{1} << 126);
}

// The polynomial from its definition: point^(n+1) + numbers[0] * point^n + ... + length.
hash slow_hash(std::string_view text, const universal_key& key) {
  const wide point =
      wide{key.point[1] % (std::uint64_t{1} << 60)} << 64 | key.point[0] % (std::uint64_t{1} << 62);
  wide sum = 1;
  for (std::size_t at = 0; at < text.size(); at += 1024)
    sum = (slow_product(sum, point) + slow_block(text.substr(at, 1024), key)) % prime;
  sum = (slow_product(sum, point) + text.size()) % prime;
  hash out;
  std::memcpy(out.data(), &sum, out.size());
  return out;
}

std::string text_of(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

int different_bits(const hash& a, const hash& b) {
  int n = 0;
  for (std::size_t i = 0; i < a.size(); ++i) n += std::popcount(static_cast<unsigned>(a[i] ^ b[i]));
  return n;
}

TEST(UniversalHash, IsWhatItsDefinitionSaysForAllLengths) {
  for (std::size_t size = 0; size <= 200; ++size) {
    const universal_key key = key_of(size);
    const std::string text = text_of(size, size);
    ASSERT_EQ(hash_of(text, key), slow_hash(text, key)) << size;
  }
  const universal_key key = key_of(1);
  for (const std::size_t size :
       {1008u, 1023u, 1024u, 1025u, 1039u, 1269u, 2047u, 2048u, 2049u, 3071u, 5000u, 70'000u}) {
    const std::string text = text_of(size, size);
    ASSERT_EQ(hash_of(text, key), slow_hash(text, key)) << size;
  }
}

TEST(UniversalHash, IsRightForTheLargestNumbers) {
  universal_key key;
  key.block.fill(UINT64_MAX);
  key.point.fill(UINT64_MAX);
  for (const char c : {'\0', '\1', '\xff', '\x80'})
    for (const std::size_t size : {1u, 16u, 1024u, 5000u}) {
      const std::string text(size, c);
      ASSERT_EQ(hash_of(text, key), slow_hash(text, key)) << int{c} << ' ' << size;
    }
  key.block.fill(0);
  const std::string ones(9000, '\xff');
  ASSERT_EQ(hash_of(ones, key), slow_hash(ones, key));
}

TEST(UniversalHash, DoesNotDependOnThePieces) {
  const universal_key key = key_of(2);
  for (const std::size_t size : {5u, 40u, 1024u, 1030u, 2100u}) {
    const std::string text = text_of(size, size);
    const hash whole = hash_of(text, key);
    const std::string_view view = text;
    for (std::size_t at = 0; at <= size; ++at) {
      universal_hash pieces(key);
      pieces.update(view.substr(0, at)).update({}).update(view.substr(at));
      ASSERT_EQ(pieces.finish(), whole) << size << ' ' << at;
    }
    universal_hash bytes(key);
    for (const char& c : text) bytes.update({&c, 1});
    ASSERT_EQ(bytes.finish(), whole) << size;
  }
}

TEST(UniversalHash, IsTheSameForEqualBytesElsewhere) {
  const universal_key key = key_of(3);
  const std::string text = text_of(300, 3);
  for (std::size_t shift = 0; shift < 9; ++shift) {
    const std::string moved = std::string(shift, 'x') + text;
    EXPECT_EQ(hash_of(std::string_view{moved}.substr(shift), key), hash_of(text, key));
  }
}

TEST(UniversalHash, DependsOnEveryWordOfTheKey) {
  const universal_key key = key_of(4);
  const std::string text = text_of(1024, 4);
  const hash before = hash_of(text, key);
  for (std::size_t i = 0; i < key.block.size(); ++i) {
    universal_key other = key;
    other.block[i] ^= 1;
    ASSERT_NE(hash_of(text, other), before) << i;
  }
  for (std::size_t i = 0; i < key.point.size(); ++i) {
    universal_key other = key;
    other.point[i] ^= 1;
    ASSERT_NE(hash_of(text, other), before) << i;
  }
}

TEST(UniversalHash, ChangesWithEveryBit) {
  const universal_key key = key_of(5);
  std::string text = text_of(200, 5);
  const hash before = hash_of(text, key);
  int least = 128, all = 0;
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ 1 << bit % 8);
    const int n = different_bits(hash_of(text, key), before);
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ 1 << bit % 8);
    least = std::min(least, n), all += n;
  }
  EXPECT_GT(least, 20);
  EXPECT_NEAR(double(all) / 1600, 63.5, 1.5);
}

TEST(UniversalHash, TellsTextsOfZerosApartByTheirLength) {
  universal_key key = key_of(6);
  std::set<hash> seen;
  for (std::size_t size = 0; size <= 1100; ++size)
    EXPECT_TRUE(seen.insert(hash_of(std::string(size, '\0'), key)).second) << size;
}

TEST(UniversalHash, TellsBlocksInAnotherOrderApart) {
  const universal_key key = key_of(7);
  const std::string a = text_of(1024, 8), b = text_of(1024, 9);
  EXPECT_NE(hash_of(a + b, key), hash_of(b + a, key));
  EXPECT_NE(hash_of(a + a, key), hash_of(a, key));
  EXPECT_NE(hash_of(a, key), hash_of(a + std::string(1, '\0'), key));
}

}  // namespace
}  // namespace callgate
