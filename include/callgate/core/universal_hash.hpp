// SPDX-License-Identifier: Apache-2.0
// A keyed hash that knows equal bytes again, several times faster than a cryptographic one.
// bytes -> blocks -> a number per block (NH) -> a polynomial over these numbers and the length
#pragma once

#include <callgate/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace callgate {

// To be filled with random bits that nobody else knows, and not to be changed after.
struct universal_key {
  static constexpr std::size_t block_words = 128;

  std::array<std::uint64_t, block_words> block;
  std::array<std::uint64_t, 2> point;
};

// One running hash. Two texts that were chosen without knowledge of the key, or of hashes made with
// it, have the same hash with a probability of at most 2^-61, if they are shorter than 2^60 bytes.
// No MAC: who sees hashes may learn the key. Equal on one machine only: words are read as they lie.
// Lifetime: that of the key.
// Cost: half an instruction a byte, a hundred beside; no allocation.
// Source: NH, Black et al., "UMAC" (CRYPTO 1999), with 64-bit words: two blocks differ, but not
// their numbers, with a probability of 2^-64, and, as these are cut to 126 bits, 2^-62. Different
// numbers, or lengths, make different polynomials; those of degree n have up to n common values
// among the 2^122 points.
class universal_hash {
 public:
  explicit universal_hash(const universal_key& key) noexcept
      : key_(&key), low_(key.point[0] & point_mask_low), high_(key.point[1] & point_mask_high) {
    sum_ = wide{high_} << 64 | low_;
  }

  universal_hash& update(std::string_view bytes) noexcept {
    if (bytes.size() > block_bytes - kept_) bytes = add_blocks(bytes);
    if (!bytes.empty()) std::memcpy(block_.data() + kept_, bytes.data(), bytes.size());
    kept_ += bytes.size();
    return *this;
  }

  [[nodiscard]] std::array<std::uint8_t, 16> finish() noexcept {
    std::memset(block_.data() + kept_, 0, pair_bytes);
    const std::size_t pairs = (kept_ + pair_bytes - 1) / pair_bytes * pair_bytes;
    if (kept_ != 0) add(block_sum(*key_, block_.data(), pairs));
    wide value = sum_ + bytes_ + kept_;
    if (value >= prime) value -= prime;
    std::array<std::uint8_t, 16> out;
    std::memcpy(out.data(), &value, out.size());
    return out;
  }

 private:
  __extension__ using wide = unsigned __int128;

  static constexpr std::size_t pair_bytes = 16;
  static constexpr std::size_t block_bytes = universal_key::block_words * 8;
  static constexpr wide prime = (wide{1} << 127) - 1;
  // So that no product below carries.
  static constexpr std::uint64_t point_mask_low = (std::uint64_t{1} << 62) - 1;
  static constexpr std::uint64_t point_mask_high = (std::uint64_t{1} << 60) - 1;

  // Of more bytes than the kept block has room for: all but the last block, which, even a whole
  // one, is for finish(). Returns that.
  CALLGATE_NOINLINE std::string_view add_blocks(std::string_view bytes) noexcept {
    if (kept_ != 0) {
      const std::size_t room = block_bytes - kept_;
      std::memcpy(block_.data() + kept_, bytes.data(), room);
      add_block(block_.data());
      bytes.remove_prefix(room);
      kept_ = 0;
    }
    for (; bytes.size() > block_bytes; bytes.remove_prefix(block_bytes)) add_block(bytes.data());
    return bytes;
  }

  void add_block(const char* at) noexcept {
    add(block_sum(*key_, at, block_bytes));
    bytes_ += block_bytes;
  }

  // size: whole pairs. Invariant: a pair's words stand in the key where they do in the block.
  CALLGATE_NOINLINE static wide block_sum(const universal_key& key, const char* at,
                                          std::size_t size) noexcept {
    const char* const words = reinterpret_cast<const char*>(key.block.data());
    wide sum = 0;
    std::size_t i = 0;
    for (; size - i >= 8 * pair_bytes; i += 8 * pair_bytes)
      sum += four(at + i, words + i) + four(at + i + 64, words + i + 64);
    for (; i != size; i += pair_bytes) sum += product(at + i, words + i);
    return sum & ((wide{1} << 126) - 1);
  }

  static wide four(const char* at, const char* key) noexcept {
    return product(at, key) + product(at + 16, key + 16) + product(at + 32, key + 32) +
           product(at + 48, key + 48);
  }

  static wide product(const char* at, const char* key) noexcept {
    return wide{word(at) + word(key)} * (word(at + 8) + word(key + 8));
  }

  static std::uint64_t word(const char* at) noexcept {
    std::uint64_t out;
    std::memcpy(&out, at, sizeof out);
    return out;
  }

  // sum_ = (sum_ + number) * point modulo 2^127 - 1, with a multiple of 2^64 or of 2^127 cut off
  // and added again where it belongs: 2^127 is 1.
  // Invariant: sum_ < 2^127, so that high < 1.5 * 2^63, and with the masks above middle < 2^126,
  // low < 2^126 and top < 2^125.
  void add(wide number) noexcept {
    const wide sum = sum_ + number;
    const auto low = static_cast<std::uint64_t>(sum);
    const auto high = static_cast<std::uint64_t>(sum >> 64);
    const wide middle = wide{high} * low_ + wide{low} * high_;
    const wide top = wide{high} * high_ << 1;
    const wide middle_low = wide{static_cast<std::uint64_t>(middle) << 1 >> 1} << 64;
    const wide all = wide{low} * low_ + top + middle_low + (middle >> 63);
    sum_ = (all & prime) + (all >> 127);
  }

  const universal_key* key_;
  std::uint64_t low_, high_;  // of the point
  wide sum_;
  std::uint64_t bytes_ = 0;  // but for those kept
  std::size_t kept_ = 0;     // in block_, which has zeros behind them in the end
  std::array<char, block_bytes + pair_bytes> block_;
};

}  // namespace callgate
