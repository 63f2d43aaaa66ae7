// SPDX-License-Identifier: Apache-2.0
// SHA-256 of two messages in the time of one.
//
// Each of the processor's SHA instructions waits for the one before; a second message fits in
// between.
#pragma once

#include <callgate/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if CALLGATE_X86_64
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace callgate::auth {

using sha256_digest = std::array<std::uint8_t, 32>;
using sha256_state = std::array<std::uint32_t, 8>;  // between blocks. Source: FIPS 180-4 6.2

// A message that follows one whole block, as it follows an HMAC's key.
struct sha256_rest {
  sha256_state begun{};  // with that block
  std::string_view bytes{};
};

namespace detail {

inline constexpr std::size_t sha256_block_bytes = 64;

inline void put_big_endian(std::uint32_t word, std::uint8_t* to) noexcept {
  to[0] = static_cast<std::uint8_t>(word >> 24);
  to[1] = static_cast<std::uint8_t>(word >> 16);
  to[2] = static_cast<std::uint8_t>(word >> 8);
  to[3] = static_cast<std::uint8_t>(word);
}

// The end of a message: what fills no block, the mark, the length. Source: FIPS 180-4 5.1.1.
class sha256_tail {
 public:
  explicit sha256_tail(std::string_view rest) noexcept {
    const std::size_t left = rest.size() % sha256_block_bytes;
    rest.copy(reinterpret_cast<char*>(bytes_.data()), left, rest.size() - left);
    bytes_[left] = 0x80;
    blocks_ = left + 1 + length_bytes > sha256_block_bytes ? 2 : 1;
    const std::uint64_t bits = (std::uint64_t{sha256_block_bytes} + rest.size()) * 8;
    std::uint8_t* const length = bytes_.data() + blocks_ * sha256_block_bytes - length_bytes;
    put_big_endian(static_cast<std::uint32_t>(bits >> 32), length);
    put_big_endian(static_cast<std::uint32_t>(bits), length + 4);
  }

  [[nodiscard]] const std::uint8_t* data() const noexcept { return bytes_.data(); }
  [[nodiscard]] std::size_t blocks() const noexcept { return blocks_; }

 private:
  static constexpr std::size_t length_bytes = 8;

  std::array<std::uint8_t, 2 * sha256_block_bytes> bytes_{};
  std::size_t blocks_;
};

// Whole blocks that are still to be taken into a state.
struct sha256_lane {
  sha256_state state;
  const std::uint8_t* at;
  std::size_t blocks;
};

#if CALLGATE_X86_64

// Source: FIPS 180-4 4.2.2.
alignas(16) inline constexpr std::array<std::uint32_t, 64> sha256_constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// The working variables a to h as the SHA instructions want them: a b e f, and c d g h.
struct sha256_registers {
  __m128i abef, cdgh;
};

[[gnu::target("sha,sse4.1")]] inline sha256_registers load(const sha256_state& from) noexcept {
  const auto* const words = reinterpret_cast<const __m128i*>(from.data());
  const __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128(words), 0xB1);
  const __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(words + 1), 0x1B);
  return {_mm_alignr_epi8(abcd, efgh, 8), _mm_blend_epi16(efgh, abcd, 0xF0)};
}

[[gnu::target("sha,sse4.1")]] inline void store(const sha256_registers& from,
                                                sha256_state& to) noexcept {
  const __m128i feba = _mm_shuffle_epi32(from.abef, 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(from.cdgh, 0xB1);
  auto* const words = reinterpret_cast<__m128i*>(to.data());
  _mm_storeu_si128(words, _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128(words + 1, _mm_alignr_epi8(dchg, feba, 8));
}

// The words of the schedule that this and the next three steps need, four to a register.
struct sha256_words {
  __m128i at[4];
};

[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline sha256_words words_of(
    const std::uint8_t* block) noexcept {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const auto* const from = reinterpret_cast<const __m128i*>(block);
  sha256_words out;
  for (std::size_t i = 0; i < 4; ++i)
    out.at[i] = _mm_shuffle_epi8(_mm_loadu_si128(from + i), big_endian);
  return out;
}

// Four of the 64 rounds; step: of 16. Makes the words for four steps later.
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void take_step(sha256_registers& now,
                                                                        sha256_words& words,
                                                                        std::size_t step) noexcept {
  const auto* const constants = reinterpret_cast<const __m128i*>(sha256_constants.data());
  __m128i& oldest = words.at[step % 4];
  const __m128i newest = words.at[(step + 3) % 4];
  const __m128i added = _mm_add_epi32(oldest, _mm_load_si128(constants + step));
  now.cdgh = _mm_sha256rnds2_epu32(now.cdgh, now.abef, added);
  now.abef = _mm_sha256rnds2_epu32(now.abef, now.cdgh, _mm_shuffle_epi32(added, 0x0E));
  if (step >= 12) return;
  const __m128i seven_back = _mm_alignr_epi8(newest, words.at[(step + 2) % 4], 4);
  const __m128i mixed = _mm_sha256msg1_epu32(oldest, words.at[(step + 1) % 4]);
  oldest = _mm_sha256msg2_epu32(_mm_add_epi32(mixed, seven_back), newest);
}

// One block of every lane: step by step in all of them, which is what this is for.
template <std::size_t Lanes>
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void take_block(
    std::array<sha256_registers, Lanes>& now, const std::array<sha256_lane*, Lanes>& lanes) {
  const std::array<sha256_registers, Lanes> before = now;
  std::array<sha256_words, Lanes> words;
  for (std::size_t n = 0; n < Lanes; ++n) words[n] = words_of(lanes[n]->at);
#pragma GCC unroll 16
  for (std::size_t step = 0; step < 16; ++step)
#pragma GCC unroll 2
    for (std::size_t n = 0; n < Lanes; ++n) take_step(now[n], words[n], step);
  for (std::size_t n = 0; n < Lanes; ++n) {
    now[n].abef = _mm_add_epi32(now[n].abef, before[n].abef);
    now[n].cdgh = _mm_add_epi32(now[n].cdgh, before[n].cdgh);
    lanes[n]->at += sha256_block_bytes;
    --lanes[n]->blocks;
  }
}

// Demands: the SHA instructions, and so many blocks in every lane. Source: FIPS 180-4 6.2.2.
template <std::size_t Lanes>
[[gnu::target("sha,sse4.1")]] void compress(const std::array<sha256_lane*, Lanes>& lanes,
                                            std::size_t blocks) noexcept {
  std::array<sha256_registers, Lanes> now;
  for (std::size_t n = 0; n < Lanes; ++n) now[n] = load(lanes[n]->state);
  while (blocks-- != 0) take_block(now, lanes);
  for (std::size_t n = 0; n < Lanes; ++n) store(now[n], lanes[n]->state);
}

#else

template <std::size_t Lanes>
void compress(const std::array<sha256_lane*, Lanes>&, std::size_t) noexcept {}  // never called

#endif

inline void take_blocks(sha256_lane& a, sha256_lane& b) noexcept {
  if (const std::size_t common = a.blocks < b.blocks ? a.blocks : b.blocks; common != 0)
    compress<2>({&a, &b}, common);
  if (a.blocks != 0) compress<1>({&a}, a.blocks);
  if (b.blocks != 0) compress<1>({&b}, b.blocks);
}

inline sha256_lane whole_blocks(const sha256_rest& of) noexcept {
  return {of.begun, reinterpret_cast<const std::uint8_t*>(of.bytes.data()),
          of.bytes.size() / sha256_block_bytes};
}

inline void go_on_with(sha256_lane& lane, const sha256_tail& tail) noexcept {
  lane.at = tail.data();
  lane.blocks = tail.blocks();
}

inline sha256_digest digest_of(const sha256_state& state) noexcept {
  sha256_digest out;
  for (std::size_t i = 0; i < state.size(); ++i) put_big_endian(state[i], out.data() + 4 * i);
  return out;
}

}  // namespace detail

struct sha256_pair {
  // Whether this machine can. Cost: the processor is asked once.
  [[nodiscard]] static bool is_supported() noexcept {
#if CALLGATE_X86_64
    static const bool supported = [] {
      constexpr unsigned sse41 = 1u << 19, ssse3 = 1u << 9, sha = 1u << 29;
      unsigned a = 0, b = 0, c = 0, d = 0;
      if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & sse41) == 0 || (c & ssse3) == 0) return false;
      return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & sha) != 0;
    }();
    return supported;
#else
    return false;
#endif
  }

  // Demands: is_supported(). Cost: of the shorter message next to none.
  [[nodiscard]] static std::array<sha256_digest, 2> finish(const sha256_rest& first,
                                                           const sha256_rest& second) noexcept {
    detail::sha256_lane a = detail::whole_blocks(first), b = detail::whole_blocks(second);
    detail::take_blocks(a, b);
    const detail::sha256_tail end_of_a(first.bytes), end_of_b(second.bytes);
    detail::go_on_with(a, end_of_a);
    detail::go_on_with(b, end_of_b);
    detail::take_blocks(a, b);
    return {detail::digest_of(a.state), detail::digest_of(b.state)};
  }
};

}  // namespace callgate::auth
