// SPDX-License-Identifier: Apache-2.0
// A regular expression as the table of an automaton: one look-up per byte, no back-tracking.
#pragma once

#include <callgate/reflect/pattern_shape.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace callgate {

// The bytes of one column of a pattern's table.
struct byte_range {
  unsigned first;
  unsigned last;
  std::uint8_t column;
};

// Of each byte, its column: 0 where no range says another.
template <std::size_t N>
[[nodiscard]] constexpr std::array<std::uint8_t, 256> columns_of(
    const std::array<byte_range, N>& ranges) noexcept {
  std::array<std::uint8_t, 256> out{};
  for (const byte_range& each : ranges)
    for (unsigned byte = each.first; byte <= each.last; ++byte) out[byte] = each.column;
  return out;
}

// Made by callgen. States are multiples of `columns`: 0 where nothing can match any more, `columns`
// where the text has matched whatever follows, then those where a text that ends has matched.
struct pattern {
  std::string_view text{};                // as in the schema, for messages
  std::span<const std::uint8_t> classes;  // 256: the column of each byte
  std::span<const std::uint16_t> next;    // rows of `columns`
  std::uint16_t columns = 1;
  std::uint16_t start = 0;
  std::uint16_t accepting_end = 0;       // first state at which a text that ends has not matched
  const pattern_shape* shape = nullptr;  // says the same, if the pattern has one

  // Whether the pattern is found somewhere in a text of valid UTF-8. Cost: one pass, no heap.
  [[nodiscard]] constexpr bool matches(std::string_view bytes) const noexcept {
    return shape != nullptr ? shape->matches(bytes) : table_matches(bytes);
  }

  [[nodiscard]] constexpr bool table_matches(std::string_view bytes) const noexcept {
    std::uint16_t state = start;
    for (const char byte : bytes) {
      if (is_final(state)) break;
      state = step(state, byte);
    }
    return accepts(state);
  }

  // The same in steps, for text that is decoded on the way: from start, step by byte.
  [[nodiscard]] constexpr std::uint16_t step(std::uint16_t state, char byte) const noexcept {
    return next[state + classes[static_cast<unsigned char>(byte)]];
  }
  [[nodiscard]] constexpr bool is_final(std::uint16_t state) const noexcept {
    return state <= columns;
  }
  [[nodiscard]] constexpr bool accepts(std::uint16_t state) const noexcept {
    return state >= columns && state < accepting_end;
  }
};

}  // namespace callgate
