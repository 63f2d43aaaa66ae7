// SPDX-License-Identifier: Apache-2.0
// A keyed hash of short texts, for tables that strangers fill: nobody outside can tell which names
// meet in one place.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <unistd.h>

namespace callgate {

// Two texts that were chosen without knowledge of the key have the same sum with a probability of
// at most 2^-63; the last product spreads the sum over all bits. Equal in one process only.
// Cost: about as many instructions as bytes, some 20 at least; no allocation.
// Source: NH, Black et al., "UMAC" (CRYPTO 1999), with 64-bit words.
class text_hash {
 public:
  static constexpr std::size_t max_bytes = 256;

  // With a key of its own from the kernel.
  text_hash() noexcept {
    (void)!::getentropy(key_.data(), sizeof key_);  // fails only in kernels that have none
    (void)!::getentropy(spread_.data(), sizeof spread_);
  }

  // Demands: a text of at most max_bytes.
  [[nodiscard]] std::uint64_t operator()(std::string_view text) const noexcept {
    wide sum = text.size();
    std::size_t i = 0;
    for (; text.size() - i > pair_bytes; i += pair_bytes) sum += product(text.data() + i, i);
    // The last pair overlaps with the one before, or is all there is, with zeros behind it. Texts
    // of one length still differ where their pairs do.
    if (text.size() >= pair_bytes) {
      sum += product(text.data() + text.size() - pair_bytes, i);
    } else {
      std::array<char, pair_bytes> only{};
      text.copy(only.data(), text.size());
      sum += product(only.data(), i);
    }
    const wide out = wide{static_cast<std::uint64_t>(sum) + spread_[0]} *
                     (static_cast<std::uint64_t>(sum >> 64) + spread_[1]);
    return static_cast<std::uint64_t>(out) ^ static_cast<std::uint64_t>(out >> 64);
  }

 private:
  __extension__ using wide = unsigned __int128;

  static constexpr std::size_t pair_bytes = 16;

  // i: of the pair's first byte, in the text and in the key.
  [[nodiscard]] wide product(const char* at, std::size_t i) const noexcept {
    std::array<std::uint64_t, 2> text, key;
    std::memcpy(text.data(), at, sizeof text);
    std::memcpy(key.data(), key_.data() + i, sizeof key);
    return wide{text[0] + key[0]} * (text[1] + key[1]);
  }

  std::array<char, max_bytes> key_{};
  std::array<std::uint64_t, 2> spread_{};
};

}  // namespace callgate
