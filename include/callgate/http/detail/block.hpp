// SPDX-License-Identifier: Apache-2.0
// Several bytes of a head, looked at together.
#pragma once

#include <callgate/config.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if CALLGATE_X86_64
#include <emmintrin.h>
#endif

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

  // Of a set that is not empty.
  [[nodiscard]] static std::size_t first(positions set) noexcept {
    const int bits =
        std::endian::native == std::endian::little ? std::countr_zero(set) : std::countl_zero(set);
    return static_cast<std::size_t>(bits) / 8;
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
// The same with sixteen bytes.
class sse2_block {
 public:
  static constexpr std::size_t size = 16;
  using positions = unsigned;

  explicit sse2_block(const char* at) noexcept
      : bytes_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at))) {}

  [[nodiscard]] positions controls() const noexcept {
    const __m128i below_space = _mm_cmpeq_epi8(_mm_min_epu8(bytes_, _mm_set1_epi8(0x1f)), bytes_);
    return mask(_mm_or_si128(below_space, _mm_cmpeq_epi8(bytes_, _mm_set1_epi8(0x7f))));
  }

  // Compared with a sign: bytes from 0x80 on are below all letters.
  [[nodiscard]] positions but_letters_and_dashes() const noexcept {
    const __m128i lower = _mm_or_si128(bytes_, _mm_set1_epi8(0x20));
    const __m128i letters = _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)),
                                          _mm_cmplt_epi8(lower, _mm_set1_epi8('z' + 1)));
    const __m128i dashes = _mm_cmpeq_epi8(bytes_, _mm_set1_epi8('-'));
    return mask(_mm_or_si128(letters, dashes)) ^ 0xffffu;
  }

  [[nodiscard]] static std::size_t first(positions set) noexcept {
    return static_cast<std::size_t>(std::countr_zero(set));
  }

 private:
  static positions mask(__m128i chosen) noexcept {
    return static_cast<positions>(_mm_movemask_epi8(chosen));
  }

  __m128i bytes_;
};

using block = sse2_block;
#else
using block = word_block;
#endif

}  // namespace callgate::http::detail
