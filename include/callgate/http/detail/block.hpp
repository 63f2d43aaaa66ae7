// SPDX-License-Identifier: Apache-2.0
// Several bytes of a head, looked at together.
#pragma once

#include <callgate/config.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>

namespace callgate::http::detail {

// Eight bytes. Reads them when made; they must be there. What its functions answer are sets of
// positions, for first().
class word_block {
 public:
  static constexpr std::size_t size = 8;
  using positions = std::uint64_t;  // the highest bit of each byte

  explicit word_block(const char* at) noexcept { std::memcpy(&bytes_, at, size); }

  // Below 0x20, HTAB among them, and DEL.
  [[nodiscard]] positions controls() const noexcept {
    return (~at_least(bytes_, 0x20) | ~at_least(bytes_ ^ ones * 0x7f, 1)) & highest;
  }

  // Neither a letter nor '-'.
  [[nodiscard]] positions but_letters_and_dashes() const noexcept {
    const std::uint64_t lower = bytes_ | ones * 0x20;
    const std::uint64_t letters = at_least(lower, 'a') & ~at_least(lower, 'z' + 1);
    const std::uint64_t dashes = ~at_least(bytes_ ^ ones * '-', 1);
    return ~(letters | dashes) & highest;
  }

  // Not of a target, or a '%', behind which two digits must come.
  [[nodiscard]] positions but_plain_in_targets() const noexcept {
    std::uint64_t plain = at_least(bytes_, 0x21) & ~at_least(bytes_, 0x7f);
    for (const char c : {'"', '#', '%', '<', '>', '\\'})
      plain &= at_least(bytes_ ^ ones * static_cast<std::uint64_t>(c), 1);
    return ~plain & highest;
  }

  // Of a set that is not empty.
  [[nodiscard]] static std::size_t first(positions set) noexcept {
    const int bits =
        std::endian::native == std::endian::little ? std::countr_zero(set) : std::countl_zero(set);
    return static_cast<std::size_t>(bits) / 8;
  }

  // The same set without its first().
  [[nodiscard]] static positions without_first(positions set) noexcept {
    return std::endian::native == std::endian::little ? set & (set - 1)
                                                      : set & ~std::bit_floor(set);
  }

 private:
  static constexpr std::uint64_t ones = 0x0101010101010101u;
  static constexpr std::uint64_t highest = ones * 0x80;

  // Of each byte the highest bit: whether it is `least`, 1 to 0x80, or more. No byte carries into
  // the next one.
  static constexpr std::uint64_t at_least(std::uint64_t bytes, std::uint64_t least) noexcept {
    return ((bytes & ~highest) + ones * (0x80 - least)) | bytes;
  }

  std::uint64_t bytes_;
};

#if CALLGATE_X86_64
// The same with sixteen bytes, in the compilers' own vectors: <emmintrin.h> would cost every source
// that reads a head.
class sse2_block {
 public:
  static constexpr std::size_t size = 16;
  using positions = unsigned;

  explicit sse2_block(const char* at) noexcept { std::memcpy(&bytes_, at, size); }

  [[nodiscard]] positions controls() const noexcept {
    return mask((bytes_ < 0x20) | (bytes_ == 0x7f));
  }

  [[nodiscard]] positions but_letters_and_dashes() const noexcept {
    return mask(((bytes_ | 0x20) - 'a' < 26) | (bytes_ == '-')) ^ 0xffffu;
  }

  [[nodiscard]] positions but_plain_in_targets() const noexcept {
    return mask((bytes_ - 0x21 >= 0x7f - 0x21) | (bytes_ == '"') | (bytes_ == '#') |
                (bytes_ == '%') | (bytes_ == '<') | (bytes_ == '>') | (bytes_ == '\\'));
  }

  [[nodiscard]] static std::size_t first(positions set) noexcept {
    return static_cast<std::size_t>(std::countr_zero(set));
  }

  [[nodiscard]] static positions without_first(positions set) noexcept { return set & (set - 1); }

 private:
  using vector = unsigned char __attribute__((vector_size(16)));

  template <class Chosen>
  static positions mask(const Chosen& chosen) noexcept {
    using chars = char __attribute__((vector_size(16)));
    return static_cast<positions>(__builtin_ia32_pmovmskb128(reinterpret_cast<chars>(chosen)));
  }

  vector bytes_;
};

using block = sse2_block;
#else
using block = word_block;
#endif

}  // namespace callgate::http::detail
