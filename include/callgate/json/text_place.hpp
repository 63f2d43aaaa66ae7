// SPDX-License-Identifier: Apache-2.0
// Where a byte of a text stands, as editors count.
#pragma once

#include <callgate/json/utf8.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace callgate::json {

// Units: from 1; columns are code points, of bytes that are no UTF-8 one for each U+FFFD that would
// replace them.
struct text_place {
  std::size_t line = 1;
  std::size_t column = 1;
};

namespace detail {

// A line ends with LF, CR LF or CR, as the Language Server Protocol has it.
constexpr bool ends_line(char c) noexcept {
  return c == '\n' || c == '\r';
}

struct line_start {
  std::size_t offset = 0;
  std::size_t number = 1;
};

// Of the line that a byte stands in; what ends a line is its last. Demands: offset <= text.size().
constexpr line_start line_of(std::string_view text, std::size_t offset) noexcept {
  line_start found;
  for (std::size_t i = 0; i < offset; ++i) {
    const bool half = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (ends_line(text[i]) && !half) found = {i + 1, found.number + 1};
  }
  return found;
}

// The code points of a line, from `at` on: how many end before the byte at `offset`. It ends that
// line, stands in it, or is its end.
constexpr std::size_t points_before(std::string_view text, std::size_t at,
                                    std::size_t offset) noexcept {
  const char* const end = text.data() + text.size();
  std::size_t count = 0;
  while (at < offset && !ends_line(text[at])) {
    at += utf8_next(text.data() + at, end).size;
    count += at <= offset;
  }
  return count;
}

}  // namespace detail

// The byte after the last has a place, too; so has every offset beyond it, the same.
// Cost: goes once over what is before it, and once more over what of that is in its line.
[[nodiscard]] constexpr text_place place_of(std::string_view text, std::size_t offset) noexcept {
  const std::size_t within = std::min(offset, text.size());
  const detail::line_start line = detail::line_of(text, within);
  return {line.number, detail::points_before(text, line.offset, within) + 1};
}

}  // namespace callgate::json
