// SPDX-License-Identifier: Apache-2.0
// Equality of JSON values as JSON Schema defines it: numbers by value, objects in any order.
#pragma once

#include <callgate/json/skip.hpp>
#include <callgate/schema/decimal.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace callgate::schema {

// Both texts begin with a valid JSON value. budget: the bytes that the search for members of the
// same name may go over; at 0 the answer is false.
[[nodiscard]] inline bool equal(json::cursor one, json::cursor other, std::size_t& budget) noexcept;

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

[[nodiscard]] inline bool same_items(json::cursor one, json::cursor other,
                                     std::size_t& budget) noexcept {
  ++one.at, ++other.at;
  for (bool first = true, other_first = true;;) {
    const bool more = go_on(one, ']', first);
    if (more != go_on(other, ']', other_first)) return false;
    if (!more) return true;
    if (!equal(one, other, budget)) return false;
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

// False: the budget is used up.
inline bool pay(std::size_t& budget, std::size_t bytes) noexcept {
  budget -= std::min(budget, bytes);
  return budget != 0;
}

// A name that comes twice has several values: any of them will do.
[[nodiscard]] inline bool has_member(json::cursor in, const json::string_token& name,
                                     json::cursor value, std::size_t& budget) noexcept {
  ++in.at;
  for (bool first = true; go_on(in, '}', first);) {
    const char* const start = in.at;
    if (same_text(take_key(in), name) && equal(value, in, budget)) return true;
    (void)json::skip_value(in, json::max_nesting);
    if (!pay(budget, static_cast<std::size_t>(in.at - start))) return false;
  }
  return false;
}

[[nodiscard]] inline bool has_members_of(json::cursor one, json::cursor other,
                                         std::size_t& budget) noexcept {
  ++one.at;
  for (bool first = true; go_on(one, '}', first); (void)json::skip_value(one, json::max_nesting)) {
    const json::string_token name = take_key(one);
    if (!has_member(other, name, one, budget)) return false;
  }
  return true;
}

[[nodiscard]] inline bool has_name_twice(json::cursor in, std::size_t& budget) noexcept {
  ++in.at;
  for (bool first = true; go_on(in, '}', first);) {
    const json::string_token name = take_key(in);
    (void)json::skip_value(in, json::max_nesting);
    json::cursor rest = in;
    for (bool more = false; go_on(rest, '}', more);) {
      const char* const start = rest.at;
      if (same_text(take_key(rest), name)) return true;
      (void)json::skip_value(rest, json::max_nesting);
      if (!pay(budget, static_cast<std::size_t>(rest.at - start))) return false;
    }
  }
  return false;
}

// Of a name that comes twice, one object may lack what the other has: then both ways count.
[[nodiscard]] inline bool same_members(json::cursor one, json::cursor other,
                                       std::size_t& budget) noexcept {
  const std::size_t count = count_members(one);
  if (count != count_members(other) || !pay(budget, count + 1)) return false;
  if (!has_members_of(one, other, budget)) return false;
  return !has_name_twice(one, budget) || has_members_of(other, one, budget);
}

}  // namespace detail

inline bool equal(json::cursor one, json::cursor other, std::size_t& budget) noexcept {
  const char kind = one.peek(), other_kind = other.peek();
  const auto is_number = [](char c) { return c == '-' || json::detail::is_digit(c); };
  if (is_number(kind) && is_number(other_kind)) return detail::same_number(one, other);
  if (kind != other_kind) return false;
  switch (kind) {
    case '"': return detail::same_text(detail::take_string(one), detail::take_string(other));
    case '[': return detail::same_items(one, other, budget);
    case '{': return detail::same_members(one, other, budget);
    default: return true;  // true, false or null
  }
}

[[nodiscard]] inline bool equal(json::cursor one, json::cursor other) noexcept {
  std::size_t unbounded = static_cast<std::size_t>(-1);
  return equal(one, other, unbounded);
}

}  // namespace callgate::schema
