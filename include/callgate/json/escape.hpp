// SPDX-License-Identifier: Apache-2.0
// Text as it stands within a JSON string.
#pragma once

#include <callgate/json/utf8.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace callgate::json {

namespace detail {

inline constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

// \b \f \n \r \t \" \\, or \u00XX for the other control characters.
struct short_escape {
  std::array<char, 6> text{'\\', 'u', '0', '0', '0', '0'};
  std::size_t size = 6;

  constexpr explicit short_escape(char c) noexcept {
    constexpr std::string_view from = "\b\f\n\r\t\"\\", to = "bfnrt\"\\",
                               digits = "0123456789abcdef";
    const std::size_t i = from.find(c);
    const auto byte = static_cast<unsigned char>(c);
    if (i != from.npos)
      text[1] = to[i], size = 2;
    else
      text[4] = digits[byte / 16], text[5] = digits[byte % 16];
  }
  [[nodiscard]] constexpr std::string_view view() const noexcept { return {text.data(), size}; }
};

constexpr bool needs_escape(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

}  // namespace detail

// Hands `text` to append(std::string_view), escaped, in pieces; no quotes around it. What is not
// UTF-8 becomes U+FFFD.
template <class Append>
constexpr void escape(std::string_view text, Append&& append) {
  const char* const end = text.data() + text.size();
  const char* plain = text.data();
  const auto flush = [&](const char* at) {
    if (at != plain) append(std::string_view{plain, static_cast<std::size_t>(at - plain)});
  };
  for (const char* at = plain; at != end;) {
    const utf8_step step = utf8_next(at, end);
    const bool escaped = detail::needs_escape(*at);
    if (escaped || !step.valid) {
      flush(at);
      append(escaped ? detail::short_escape{*at}.view() : detail::replacement);
      plain = at + step.size;
    }
    at += step.size;
  }
  flush(end);
}

}  // namespace callgate::json
