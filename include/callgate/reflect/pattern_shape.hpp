// SPDX-License-Identifier: Apache-2.0
// A regular expression that is one set of bytes at each place, then a run of one set: no automaton.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace callgate {

// Made by callgen, beside the table of the same pattern.
struct pattern_shape {
  const std::array<std::uint8_t, 256>* sets;  // of each byte, the bits of the sets it belongs to
  std::span<const std::uint8_t> places{};     // of each place, the bit of its set
  std::uint8_t rest = 0;                      // of all places after them; 0: these may be anything
  std::uint32_t min_bytes = 0;
  std::uint32_t max_bytes = 0xffff'ffff;

  // What the pattern's table says of the same bytes. Cost: a look-up per byte, none of which waits
  // for the one before.
  [[nodiscard]] constexpr bool matches(std::string_view bytes) const noexcept {
    if (bytes.size() < min_bytes || bytes.size() > max_bytes) return false;
    const std::size_t placed = bytes.size() < places.size() ? bytes.size() : places.size();
    for (std::size_t i = 0; i < placed; ++i)
      if ((set_of(bytes[i]) & places[i]) == 0) return false;
    if (rest == 0) return true;
    for (const char byte : bytes.substr(placed))
      if ((set_of(byte) & rest) == 0) return false;
    return true;
  }

 private:
  [[nodiscard]] constexpr unsigned set_of(char byte) const noexcept {
    return (*sets)[static_cast<unsigned char>(byte)];
  }
};

}  // namespace callgate
