// SPDX-License-Identifier: Apache-2.0
// Equality of JSON values as JSON Schema defines it: numbers by value, objects in any order.
#pragma once

#include <callgate/json/skip.hpp>
#include <callgate/schema/decimal.hpp>

#include <cstddef>
#include <string_view>

namespace callgate::schema {

// Both texts begin with a valid JSON value.
[[nodiscard]] inline bool equal(json::cursor one, json::cursor other) noexcept;

namespace detail {

// Without their quotes; equal characters however they are escaped.
[[nodiscard]] inline bool same_text(const json::string_token& one,
                                    const json::string_token& other) noexcept {
  if (!one.escaped && !other.escaped) return one.text == other.text;
  const char *at = one.text.data(), *other_at = other.text.data();
  const char *const end = at + one.text.size(), *const other_end = other_at + other.text.size();
  char bytes[4], others[4];
  std::size_t size = 0, used = 0, other_size = 0, other_used = 0;
  for (;; ++used, ++other_used) {
    if (used == size && at != end) size = json::decode_next(at, end, bytes), used = 0;
    if (other_used == other_size && other_at != other_end)
      other_size = json::decode_next(other_at, other_end, others), other_used = 0;
    const bool ended = used == size, other_ended = other_used == other_size;
    if (ended || other_ended) return ended == other_ended;
    if (bytes[used] != others[other_used]) return false;
  }
}

// Whether a member's name, as it came, is this text.
[[nodiscard]] inline bool is_named(const json::string_token& name, std::string_view text) noexcept {
  if (!name.escaped) return name.text == text;
  const char* at = name.text.data();
  const char* const end = at + name.text.size();
  while (at != end) {
    char bytes[4];
    const std::string_view decoded{bytes, json::decode_next(at, end, bytes)};
    if (text.substr(0, decoded.size()) != decoded) return false;
    text.remove_prefix(decoded.size());
  }
  return text.empty();
}

inline json::string_token take_string(json::cursor& in) noexcept {
  json::string_token token;
  (void)json::scan_string(in, token);
  return token;
}

inline json::string_token take_key(json::cursor& in) noexcept {
  const json::string_token key = take_string(in);
  (void)in.colon();
  return key;
}

[[nodiscard]] inline bool same_number(json::cursor one, json::cursor other) noexcept {
  json::number_token number, other_number;
  (void)json::scan_number(one, number), (void)json::scan_number(other, other_number);
  return number.text == other_number.text ||
         compare(decimal{number.text}, decimal{other_number.text}) == 0;
}

inline bool go_on(json::cursor& in, char close, bool& first) noexcept {
  bool more = false;
  return in.next_item(close, first, more) && more;
}

[[nodiscard]] inline bool same_items(json::cursor one, json::cursor other) noexcept {
  ++one.at, ++other.at;
  for (bool first = true, other_first = true;;) {
    const bool more = go_on(one, ']', first);
    if (more != go_on(other, ']', other_first)) return false;
    if (!more) return true;
    if (!equal(one, other)) return false;
    (void)json::skip_value(one, json::max_nesting),
        (void)json::skip_value(other, json::max_nesting);
  }
}

[[nodiscard]] inline std::size_t count_members(json::cursor in) noexcept {
  ++in.at;
  std::size_t count = 0;
  for (bool first = true; go_on(in, '}', first); ++count)
    (void)take_key(in), (void)json::skip_value(in, json::max_nesting);
  return count;
}

[[nodiscard]] inline bool has_member(json::cursor in, const json::string_token& name,
                                     json::cursor value) noexcept {
  ++in.at;
  for (bool first = true; go_on(in, '}', first); (void)json::skip_value(in, json::max_nesting))
    if (same_text(take_key(in), name)) return equal(value, in);
  return false;
}

[[nodiscard]] inline bool same_members(json::cursor one, json::cursor other) noexcept {
  if (count_members(one) != count_members(other)) return false;
  ++one.at;
  for (bool first = true; go_on(one, '}', first); (void)json::skip_value(one, json::max_nesting)) {
    const json::string_token name = take_key(one);
    if (!has_member(other, name, one)) return false;
  }
  return true;
}

}  // namespace detail

inline bool equal(json::cursor one, json::cursor other) noexcept {
  const char kind = one.peek(), other_kind = other.peek();
  const auto is_number = [](char c) { return c == '-' || json::detail::is_digit(c); };
  if (is_number(kind) && is_number(other_kind)) return detail::same_number(one, other);
  if (kind != other_kind) return false;
  switch (kind) {
    case '"': return detail::same_text(detail::take_string(one), detail::take_string(other));
    case '[': return detail::same_items(one, other);
    case '{': return detail::same_members(one, other);
    default: return true;  // true, false or null
  }
}

}  // namespace callgate::schema
