// SPDX-License-Identifier: Apache-2.0
// A few bytes of a text at once, and which of them an escaper must look at: one bit for each byte.
#pragma once

#include <callgate/config.hpp>

#if CALLGATE_X86_64
#include <emmintrin.h>
#endif

#include <cstddef>
#include <cstdint>
#include <utility>

namespace callgate::json::detail {

// The first byte in the lowest bits: the same on every machine. Compilers make one load of it.
template <std::size_t bytes = 8>
constexpr std::uint64_t load_word(const char* at) noexcept {
  return [at]<std::size_t... i>(std::index_sequence<i...>) {
    return (... | (std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i)));
  }
  (std::make_index_sequence<bytes>{});
}

// The same of 1 to 8 bytes, zeros behind them, by loads that overlap: a word is made without a
// loop.
constexpr std::uint64_t load_word(const char* at, std::size_t n) noexcept {
  const char* const last = at + n;
  if (n >= 4) return load_word<4>(at) | load_word<4>(last - 4) << (8 * (n - 4));
  return load_word<1>(at) | load_word<1>(at + n / 2) << (8 * (n / 2)) |
         load_word<1>(last - 1) << (8 * (n - 1));
}

// For any processor, and for constant evaluation: 8 bytes in a word, no carry from one into
// another.
class word_block {
 public:
  static constexpr std::size_t size = 8;

  // Demands: 1 <= n <= size. Bytes beyond n are 0.
  constexpr word_block(const char* at, std::size_t n) noexcept
      : word_(n == size ? load_word(at) : load_word(at, n)) {}

  // Writes `size` bytes.
  constexpr void store(char* out) const noexcept {
    const auto byte = [this](unsigned i) { return static_cast<char>(word_ >> (8 * i)); };
    out[0] = byte(0), out[1] = byte(1), out[2] = byte(2), out[3] = byte(3);
    out[4] = byte(4), out[5] = byte(5), out[6] = byte(6), out[7] = byte(7);
  }
  // Control characters, quotes, backslashes, and what is not ASCII.
  [[nodiscard]] constexpr unsigned not_plain() const noexcept {
    const std::uint64_t printable = (word_ & low) + each(0x60);
    return mask(~(printable & differs('"') & differs('\\')) | word_);
  }
  // Leads of UTF-8 that exclude some second bytes, or have three behind them, or are none.
  [[nodiscard]] constexpr unsigned strange() const noexcept {
    return (at_least(0xc0) & ~at_least(0xc2)) | equal(0xe0) | equal(0xed) | at_least(0xf0);
  }
  // Demands: byte >= 0x80.
  [[nodiscard]] constexpr unsigned at_least(unsigned byte) const noexcept {
    return mask(((word_ & low) + each(0x100 - byte)) & word_);
  }
  [[nodiscard]] constexpr unsigned equal(unsigned byte) const noexcept {
    return byte == 0xff ? at_least(byte) : at_least(byte) & ~at_least(byte + 1);
  }

 private:
  static constexpr std::uint64_t each(std::uint64_t byte) noexcept {
    return byte * 0x0101010101010101U;
  }
  static constexpr std::uint64_t low = 0x7f7f7f7f7f7f7f7fU;

  // The top bits of the bytes, side by side: no two products of one bit each meet.
  static constexpr unsigned mask(std::uint64_t tops) noexcept {
    return static_cast<unsigned>(((tops & ~low) >> 7) * 0x0102040810204080U >> 56);
  }
  // Top bits of the bytes that are not `byte`, an ASCII one; right for ASCII bytes.
  [[nodiscard]] constexpr std::uint64_t differs(char byte) const noexcept {
    return ((word_ ^ each(static_cast<unsigned char>(byte))) & low) + low;
  }

  std::uint64_t word_;
};

#if CALLGATE_X86_64
// Every x86-64 has these instructions: no choice at run time, no switch of a compiler.
class sse2_block {
 public:
  static constexpr std::size_t size = 16;

  sse2_block(const char* at, std::size_t n) noexcept
      : bytes_(n == size ? whole(at) : part(at, n)) {}

  void store(char* out) const noexcept {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), bytes_);
  }
  [[nodiscard]] unsigned not_plain() const noexcept {
    // Signed, bytes that are not ASCII are less than 0.
    const __m128i below = _mm_cmplt_epi8(bytes_, each(0x20));
    const __m128i quoting = _mm_or_si128(is(0x22), is(0x5c));
    return mask(_mm_or_si128(below, quoting));
  }
  [[nodiscard]] unsigned strange() const noexcept {
    const __m128i threes = _mm_or_si128(is(0xe0), is(0xed));
    const __m128i none = _mm_or_si128(is(0xc0), is(0xc1));
    return mask(_mm_or_si128(_mm_or_si128(threes, none), from(0xf0)));
  }
  [[nodiscard]] unsigned at_least(unsigned byte) const noexcept { return mask(from(byte)); }
  [[nodiscard]] unsigned equal(unsigned byte) const noexcept { return mask(is(byte)); }

 private:
  static __m128i each(unsigned byte) noexcept { return _mm_set1_epi8(static_cast<char>(byte)); }
  static unsigned mask(__m128i bytes) noexcept {
    return static_cast<unsigned>(_mm_movemask_epi8(bytes));
  }
  [[nodiscard]] __m128i is(unsigned byte) const noexcept {
    return _mm_cmpeq_epi8(bytes_, each(byte));
  }
  [[nodiscard]] __m128i from(unsigned byte) const noexcept {
    return _mm_cmpeq_epi8(_mm_max_epu8(bytes_, each(byte)), bytes_);
  }

  static __m128i whole(const char* at) noexcept {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  }
  static __m128i part(const char* at, std::size_t n) noexcept {
    if (n <= 8) return words(load_word(at, n), 0);
    return words(load_word(at), load_word(at + n - 8) >> (8 * (16 - n)));
  }
  static __m128i words(std::uint64_t first, std::uint64_t second) noexcept {
    return _mm_set_epi64x(static_cast<long long>(second), static_cast<long long>(first));
  }

  __m128i bytes_;
};
#endif

}  // namespace callgate::json::detail
