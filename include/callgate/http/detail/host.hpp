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

// The bytes of an IPv6 address; whether it is one matters only to who connects to it.
[[nodiscard]] constexpr bool is_address_literal(std::string_view text) noexcept {
  for (const char c : text)
    if (hex_value(c) < 0 && c != ':' && c != '.') return false;
  return !text.empty();
}

// Narrower than RFC 3986's reg-name: sub-delimiters and percent escapes are in no name that
// resolves, but a comma is in two Host values that somebody joined.
[[nodiscard]] constexpr bool is_host_name(std::string_view text) noexcept {
  for (const char c : text)
    if (!is_digit(c) && !is_alpha(c) && c != '-' && c != '.' && c != '_' && c != '~') return false;
  return !text.empty();
}

// host[:port], without user information.
[[nodiscard]] constexpr bool is_host(std::string_view text) noexcept {
  const bool bracketed = !text.empty() && text.front() == '[';
  const std::size_t host_end = bracketed ? text.find(']') : text.find(':');
  if (bracketed && host_end == std::string_view::npos) return false;
  const std::string_view host = bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end);
  if (bracketed ? !is_address_literal(host) : !is_host_name(host)) return false;
  if (host_end == std::string_view::npos) return true;
  const std::string_view rest = text.substr(host_end + (bracketed ? 1 : 0));
  return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
}

}  // namespace callgate::http::detail
