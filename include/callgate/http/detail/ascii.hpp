// SPDX-License-Identifier: Apache-2.0
// Classes of bytes that HTTP's grammar is made of, independent of any locale.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace callgate::http::detail {

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

[[nodiscard]] constexpr bool is_alpha(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// HTAB is the one control byte that fields may have.
[[nodiscard]] constexpr bool is_control(char c) noexcept {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

[[nodiscard]] constexpr bool is_visible(char c) noexcept {
  return c > 0x20 && c < 0x7f;
}

[[nodiscard]] constexpr bool is_space(char c) noexcept {
  return c == ' ' || c == '\t';
}

// -1 for anything but a hexadecimal digit.
[[nodiscard]] constexpr int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

[[nodiscard]] constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

[[nodiscard]] constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  return true;
}

// Source: RFC 9110 5.6.2, tchar.
inline constexpr std::array<bool, 256> token_bytes = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < 128; ++i)
    table[i] = is_digit(static_cast<char>(i)) || is_alpha(static_cast<char>(i));
  for (const char c : std::string_view{"!#$%&'*+-.^_`|~"})
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

[[nodiscard]] constexpr bool is_token_byte(char c) noexcept {
  return token_bytes[static_cast<unsigned char>(c)];
}

[[nodiscard]] constexpr bool is_token(std::string_view text) noexcept {
  for (const char c : text)
    if (!is_token_byte(c)) return false;
  return !text.empty();
}

// Without optional white space at both ends.
[[nodiscard]] constexpr std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Takes the next element off a comma-separated list, trimmed; empty elements are for the caller.
[[nodiscard]] constexpr std::string_view next_element(std::string_view& list) noexcept {
  const std::size_t comma = list.find(',');
  const std::string_view element = trim(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  return element;
}

// True if some of the eight bytes is below 0x20 or is DEL. HTAB counts too: rare enough.
[[nodiscard]] inline bool may_have_control(const char* eight) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101u;
  std::uint64_t word;
  std::memcpy(&word, eight, sizeof word);
  const std::uint64_t del = word ^ (ones * 0x7f);
  const std::uint64_t below_space = (word - ones * 0x20) & ~word;
  const std::uint64_t is_del = (del - ones) & ~del;
  return ((below_space | is_del) & (ones * 0x80)) != 0;
}

// Position of the first control byte from `at` on, or text.size().
[[nodiscard]] inline std::size_t find_control(std::string_view text, std::size_t at) noexcept {
  while (at < text.size()) {
    while (text.size() - at >= 8 && !may_have_control(text.data() + at)) at += 8;
    for (const std::size_t stop = at + 8; at < text.size() && at < stop; ++at)
      if (is_control(text[at])) return at;
  }
  return at;
}

}  // namespace callgate::http::detail
