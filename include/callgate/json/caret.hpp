// SPDX-License-Identifier: Apache-2.0
// Errors as people look for them: line:column, and a caret below the line of the text.
//
//   3:14: /data/task_id: minLength
//     "task_id": "",
//                ^
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/json/detail/engine.hpp>
#include <callgate/json/detail/layout.hpp>
#include <callgate/json/error.hpp>
#include <callgate/json/offence.hpp>
#include <callgate/json/text_place.hpp>
#include <callgate/json/utf8.hpp>
#include <callgate/reflect/reflect.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace callgate::json {

// Room in which nothing of what the functions here write is ever cut.
inline constexpr std::size_t max_caret_bytes = 512;
inline constexpr std::size_t max_located_bytes = 1024 + max_caret_bytes;

// Whether something that T declares is x-sensitive: a line of the text might show it, whatever the
// error is about.
template <reflected T>
inline constexpr bool has_sensitive = detail::layout_of<T>.secret;

namespace detail {

inline constexpr std::string_view caret_indent = "  ";
inline constexpr std::string_view caret_cut = "...";

// What would move the caret, end the line, or turn the direction of what follows it.
constexpr bool is_unseen(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c ||
         (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

// One code point of a line, in one column.
inline void add_point(line& out, std::string_view point, bool valid) noexcept {
  if (point == "\t")
    out.add(" ");
  else if (!valid || is_unseen(decode_utf8(point).value))
    out.add("\xef\xbf\xbd");  // U+FFFD
  else
    out.add(point);
}

// At most `points` of the line's code points from `at` on; where it stopped.
inline std::size_t add_points(line* out, std::string_view text, std::size_t at,
                              std::size_t points) noexcept {
  const char* const end = text.data() + text.size();
  for (; points != 0 && at != text.size() && !ends_line(text[at]); --points) {
    const utf8_step step = utf8_next(text.data() + at, end);
    if (out != nullptr) add_point(*out, text.substr(at, step.size), step.valid);
    at += step.size;
  }
  return at;
}

inline void add_caret(line& out, std::string_view text, std::size_t offset) noexcept {
  const std::size_t within = std::min(offset, text.size());
  const std::size_t start = line_of(text, within).offset;
  const std::size_t before = points_before(text, start, within);
  const std::size_t left_out =
      before - std::min(before, limits::max_source_points - limits::max_source_points / 3);
  out.add(caret_indent);
  if (left_out != 0) out.add(caret_cut);
  const std::size_t first = add_points(nullptr, text, start, left_out);
  const std::size_t last = add_points(&out, text, first, limits::max_source_points);
  if (last != text.size() && !ends_line(text[last])) out.add(caret_cut);
  out.add("\n");
  out.add(caret_indent);
  for (std::size_t i = 0; i < before - left_out + (left_out != 0 ? caret_cut.size() : 0); ++i)
    out.add(" ");
  out.add("^");
}

inline void add_place(line& out, const error& e, std::string_view text) noexcept {
  const text_place place = place_of(text, e.offset);
  out.add(place.line), out.add(":"), out.add(place.column), out.add(": ");
}

}  // namespace detail

// Two lines without a line's end behind them: the line of the text, cut to
// limits::max_source_points around the byte, and a caret below that byte; behind the last byte for
// an offset that is text.size(). A tab is shown as a space, what would not be seen or is no UTF-8
// as U+FFFD. The caret stands in the column of a terminal if each character before it is as wide as
// one. Shows what the text holds: see has_sensitive. Cut where `out` ends; max_caret_bytes are
// always enough. Lifetime: the view is of out. Cost: goes once over the text before the byte, and
// up to twice more over what of it is in the byte's line.
[[nodiscard]] inline std::string_view caret(std::string_view text, std::size_t offset,
                                            std::span<char> out) noexcept {
  detail::line shown{out};
  detail::add_caret(shown, text, offset);
  return {out.data(), shown.size};
}

// "3:14: /data/task_id: minLength", on one line: shows no value of the text. `text` is what the
// error is about. Cut where `out` ends; max_located_bytes are always enough. Lifetime: the view is
// of out. Cost: that of place_of.
[[nodiscard]] inline std::string_view describe(const error& e, std::string_view text,
                                               std::span<char> out) noexcept {
  detail::line said{out};
  detail::add_place(said, e, text);
  if (!e.pointer().empty() || is_schema_error(e.code)) {
    detail::add_shown(said, e.pointer().empty() ? std::string_view{"(root)"} : e.pointer());
    said.add(": ");
  }
  said.add(enum_name(e.code));
  return {out.data(), said.size};
}

// The same, and the line with its caret below it; without these two if T has something
// x-sensitive. What it writes is bounded as above. Cost: those of describe and caret.
template <reflected T>
[[nodiscard]] std::string_view describe_with_caret(const error& e, std::string_view text,
                                                   std::span<char> out) noexcept {
  detail::line said{out, describe(e, text, out).size()};
  if constexpr (!has_sensitive<T>) {
    said.add("\n");
    detail::add_caret(said, text, e.offset);
  }
  return {out.data(), said.size};
}

}  // namespace callgate::json
