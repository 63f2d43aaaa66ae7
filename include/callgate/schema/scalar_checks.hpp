// SPDX-License-Identifier: Apache-2.0
// What a schema demands of one number or string. broken(json::errc) is called for each demand that
// does not hold.
#pragma once

#include <callgate/json/string.hpp>
#include <callgate/schema/decimal.hpp>
#include <callgate/schema/node.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callgate::schema::detail {

template <class Broken>
void check_number(const number_rules& rules, const decimal& found, Broken broken) noexcept {
  const auto compared = [&found](std::string_view bound) { return compare(found, decimal{bound}); };
  if (!rules.minimum.empty() && compared(rules.minimum) < 0) broken(json::errc::too_small);
  if (!rules.maximum.empty() && compared(rules.maximum) > 0) broken(json::errc::too_big);
  if (!rules.exclusive_minimum.empty() && compared(rules.exclusive_minimum) <= 0)
    broken(json::errc::not_above);
  if (!rules.exclusive_maximum.empty() && compared(rules.exclusive_maximum) >= 0)
    broken(json::errc::not_below);
  if (!rules.multiple_of.empty() && !is_multiple(found, decimal{rules.multiple_of}))
    broken(json::errc::not_multiple);
}

// Calls take(byte) for each byte of the decoded text until it returns false.
template <class Take>
void for_each_byte(const json::string_token& token, Take take) noexcept {
  const char* at = token.text.data();
  const char* const end = at + token.text.size();
  while (at != end) {
    char bytes[4];
    const std::size_t size = json::decode_next(at, end, bytes);
    for (std::size_t i = 0; i < size; ++i)
      if (!take(bytes[i])) return;
  }
}

[[nodiscard]] inline std::size_t count_code_points(const json::string_token& token) noexcept {
  if (!token.escaped) return json::count_code_points(token.text);
  std::size_t count = 0;
  for_each_byte(token, [&count](char byte) {
    return count += (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U, true;
  });
  return count;
}

[[nodiscard]] inline bool matches(const pattern& wanted, const json::string_token& token) noexcept {
  if (!token.escaped) return wanted.matches(token.text);
  std::uint16_t state = wanted.start;
  if (!wanted.is_final(state))
    for_each_byte(token, [&](char byte) {
      return state = wanted.step(state, byte), !wanted.is_final(state);
    });
  return wanted.accepts(state);
}

// No format that is checked has longer texts where it has escapes.
inline constexpr std::size_t max_escaped_format_bytes = 4096;

[[nodiscard]] inline bool has_format(format_check wanted,
                                     const json::string_token& token) noexcept {
  if (!token.escaped) return wanted.holds(token.text);
  if (token.text.size() > max_escaped_format_bytes) return false;
  std::array<char, max_escaped_format_bytes> room;
  return wanted.holds({room.data(), json::unescape(token, room.data())});
}

template <class Broken>
void check_string(const string_rules& rules, const json::string_token& found,
                  Broken broken) noexcept {
  if (rules.min_length != 0 || rules.max_length != no_limit) {
    const std::size_t length = count_code_points(found);
    if (length < rules.min_length) broken(json::errc::too_short);
    if (length > rules.max_length) broken(json::errc::too_long);
  }
  if (rules.matches != nullptr && !matches(*rules.matches, found)) broken(json::errc::not_matching);
  if (rules.format.holds != nullptr && !has_format(rules.format, found))
    broken(json::errc::bad_format);
}

}  // namespace callgate::schema::detail
