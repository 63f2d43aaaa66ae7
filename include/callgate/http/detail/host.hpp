// SPDX-License-Identifier: Apache-2.0
// Whether a text can be the host and port of a URI.
#pragma once

#include <callgate/http/detail/ascii.hpp>

#include <cstddef>
#include <string_view>

namespace callgate::http::detail {

// Digits up to 65535; empty is allowed by RFC 3986 3.2.3.
[[nodiscard]] constexpr bool is_port(std::string_view text) noexcept {
  unsigned value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    value = value * 10 + static_cast<unsigned>(c - '0');
    if (value > 65535) return false;
  }
  return true;
}

// Four numbers up to 255, without leading zeros.
[[nodiscard]] constexpr bool is_ipv4(std::string_view text) noexcept {
  for (int numbers = 1;; ++numbers) {
    const std::size_t end = text.find('.');
    const std::string_view number = text.substr(0, end);
    unsigned value = 0;
    if (number.empty() || number.size() > 3) return false;
    if (number.size() > 1 && number.front() == '0') return false;
    for (const char c : number) {
      if (!is_digit(c)) return false;
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    if (value > 255) return false;
    if (end == std::string_view::npos) return numbers == 4;
    text.remove_prefix(end + 1);
  }
}

// One to four hexadecimal digits.
[[nodiscard]] constexpr bool is_ipv6_group(std::string_view text) noexcept {
  for (const char c : text)
    if (hex_value(c) < 0) return false;
  return !text.empty() && text.size() <= 4;
}

// Eight groups, the last two perhaps an IPv4 address; fewer around one "::". Zones are for links.
// Source: RFC 3986 3.2.2.
[[nodiscard]] constexpr bool is_ipv6(std::string_view text) noexcept {
  int groups = 0;
  bool gap = false;
  while (!text.empty()) {
    if (text.substr(0, 2) == "::") {
      if (gap) return false;
      gap = true;
      text.remove_prefix(2);
      if (text.empty()) break;
    } else if (groups > 0) {
      text.remove_prefix(1);  // the colon at which the group ended
    }
    const std::string_view group = text.substr(0, text.find(':'));
    text.remove_prefix(group.size());
    const bool last_two = text.empty() && is_ipv4(group);
    if (!last_two && !is_ipv6_group(group)) return false;
    groups += last_two ? 2 : 1;
  }
  return gap ? groups < 8 : groups == 8;
}

// What may stand behind a host.
[[nodiscard]] constexpr bool is_port_or_nothing(std::string_view text) noexcept {
  return text.empty() || (text.front() == ':' && is_port(text.substr(1)));
}

// host[:port], without user information. Names are narrower than RFC 3986's reg-name:
// sub-delimiters and percent escapes are in no name that resolves, but a comma is in two Host
// values that somebody joined.
[[nodiscard]] constexpr bool is_host(std::string_view text) noexcept {
  const std::size_t name = leading(text, in_host_name);
  if (name > 0) return is_port_or_nothing(text.substr(name));
  const std::size_t end = text.find(']');
  if (text.empty() || text.front() != '[' || end == std::string_view::npos) return false;
  return is_ipv6(text.substr(1, end - 1)) && is_port_or_nothing(text.substr(end + 1));
}

}  // namespace callgate::http::detail
