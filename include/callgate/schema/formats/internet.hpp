// SPDX-License-Identifier: Apache-2.0
// ipv4, ipv6, hostname, email and idn-email.
#pragma once

#include <callgate/schema/formats/scanner.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace callgate::schema::formats {

namespace detail {

// RFC 2673, 3.2: four numbers without leading zeros.
constexpr bool take_ipv4(scanner& in) noexcept {
  for (int part = 0; part < 4; ++part) {
    if (part != 0 && !in.take('.')) return false;
    const std::string_view digits = in.take_while(is_digit);
    if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits.front() == '0'))
      return false;
    unsigned value = 0;
    for (const char c : digits) value = value * 10 + static_cast<unsigned>(c - '0');
    if (value > 255) return false;
  }
  return true;
}

}  // namespace detail

[[nodiscard]] constexpr bool is_ipv4(std::string_view text) noexcept {
  scanner in{text};
  return detail::take_ipv4(in) && in.at_end();
}

// RFC 4291, 2.2: eight groups, of which one run of zeros may be "::", the last two maybe an IPv4
// address.
[[nodiscard]] constexpr bool is_ipv6(std::string_view text) noexcept {
  scanner in{text};
  std::size_t groups = 0;
  bool shortened = in.rest.substr(0, 2) == "::";
  if (shortened) in.rest.remove_prefix(2);
  while (!in.at_end()) {
    const scanner before = in;
    const std::string_view group = in.take_while(is_hex);
    if (in.peek() == '.') {
      in = before;
      return detail::take_ipv4(in) && in.at_end() && (shortened ? groups + 2 < 8 : groups + 2 == 8);
    }
    if (group.empty() || group.size() > 4) return false;
    ++groups;
    if (in.at_end()) break;
    if (!in.take(':')) return false;
    if (in.take(':')) {
      if (shortened) return false;
      shortened = true;
    } else if (in.at_end()) {
      return false;
    }
  }
  return shortened ? groups < 8 : groups == 8;
}

namespace detail {

// RFC 1123, 2.1, and RFC 5891, 4.2.3.1: "--" in third and fourth place is for A-labels.
[[nodiscard]] constexpr bool is_label(std::string_view label) noexcept {
  if (label.empty() || label.size() > 63) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-'; });
}

// Calls holds(label) for what stands between the dots, until it is false.
template <class Holds>
[[nodiscard]] constexpr bool every_label(std::string_view text, Holds holds) noexcept {
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!holds(text.substr(0, dot))) return false;
    if (dot == text.npos) return true;
    text.remove_prefix(dot + 1);
  }
}

[[nodiscard]] constexpr bool is_atom_char(char c) noexcept {
  return is_alphanumeric(c) ||
         std::string_view{"!#$%&'*+-/=?^_`{|}~"}.find(c) != std::string_view::npos;
}

// RFC 5321, 4.1.2: what stands before the last @.
[[nodiscard]] constexpr bool is_local_part(std::string_view text, bool international) noexcept {
  if (text.empty() || text.size() > 64) return false;
  if (text.front() == '"') {
    if (text.size() < 2 || text.back() != '"') return false;
    text = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '"' || (text[i] == '\\' && ++i == text.size())) return false;
      if (static_cast<unsigned char>(text[i]) < 0x20) return false;
      if (is_beyond_ascii(text[i]) && !international) return false;
    }
    return true;
  }
  return every_label(text, [international](std::string_view atom) {
    return !atom.empty() && std::all_of(atom.begin(), atom.end(), [=](char c) {
      return is_atom_char(c) || (international && is_beyond_ascii(c));
    });
  });
}

// RFC 5321, 4.1.3: [127.0.0.1] or [IPv6:::1].
[[nodiscard]] constexpr bool is_address_literal(std::string_view text) noexcept {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
  text = text.substr(1, text.size() - 2);
  constexpr std::string_view six = "IPv6:";
  return text.substr(0, six.size()) == six ? is_ipv6(text.substr(six.size())) : is_ipv4(text);
}

}  // namespace detail

[[nodiscard]] constexpr bool is_hostname_ascii(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 253 && detail::every_label(text, detail::is_label);
}

template <class IsHostname>
[[nodiscard]] constexpr bool is_mailbox(std::string_view text, bool international,
                                        IsHostname is_host) noexcept {
  const std::size_t at = text.rfind('@');
  if (at == text.npos) return false;
  const std::string_view domain = text.substr(at + 1);
  return detail::is_local_part(text.substr(0, at), international) &&
         (detail::is_address_literal(domain) || is_host(domain));
}

}  // namespace callgate::schema::formats
