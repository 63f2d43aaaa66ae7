// SPDX-License-Identifier: Apache-2.0
// A hash of 64 bits whose collisions nobody outside can compute: for tables that strangers fill.
#pragma once

#include <bit>
#include <cstdint>

#include <unistd.h>

namespace callgate {

// SipHash-1-3 of one word, keyed at random. Source: Aumasson and Bernstein, "SipHash: a fast
// short-input PRF". Cost: about 5 ns.
class keyed_hash {
 public:
  // With a key of its own from the kernel.
  keyed_hash() noexcept {
    std::uint64_t key[2]{};
    (void)!::getentropy(key, sizeof key);  // fails only in kernels that have none
    *this = keyed_hash(key[0], key[1]);
  }
  constexpr keyed_hash(std::uint64_t low, std::uint64_t high) noexcept
      : start_{low ^ 0x736f6d6570736575U, high ^ 0x646f72616e646f6dU, low ^ 0x6c7967656e657261U,
               high ^ 0x7465646279746573U} {}

  [[nodiscard]] constexpr std::uint64_t operator()(std::uint64_t word) const noexcept {
    state s = start_;
    absorb(s, word);
    absorb(s, std::uint64_t{8} << 56);  // the length of the message, in its last block
    s.v2 ^= 0xff;
    for (int i = 0; i < 3; ++i) round(s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
  }

 private:
  struct state {
    std::uint64_t v0, v1, v2, v3;
  };

  static constexpr void absorb(state& s, std::uint64_t word) noexcept {
    s.v3 ^= word;
    round(s);
    s.v0 ^= word;
  }

  static constexpr void round(state& s) noexcept {
    s.v0 += s.v1, s.v1 = std::rotl(s.v1, 13) ^ s.v0, s.v0 = std::rotl(s.v0, 32);
    s.v2 += s.v3, s.v3 = std::rotl(s.v3, 16) ^ s.v2;
    s.v0 += s.v3, s.v3 = std::rotl(s.v3, 21) ^ s.v0;
    s.v2 += s.v1, s.v1 = std::rotl(s.v1, 17) ^ s.v2, s.v2 = std::rotl(s.v2, 32);
  }

  state start_;
};

}  // namespace callgate
