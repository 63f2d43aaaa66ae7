// SPDX-License-Identifier: Apache-2.0
// uri, uri-reference (RFC 3986), iri, iri-reference (RFC 3987) and uri-template (RFC 6570).
#pragma once

#include <callgate/schema/formats/internet.hpp>
#include <callgate/schema/formats/scanner.hpp>

#include <cstddef>
#include <string_view>

namespace callgate::schema::formats {

namespace detail {

[[nodiscard]] constexpr bool is_one_of(std::string_view set, char c) noexcept {
  return set.find(c) != set.npos;
}

[[nodiscard]] constexpr bool is_unreserved(char c) noexcept {
  return is_alphanumeric(c) || is_one_of("-._~", c);
}

// Unreserved, sub-delims, percent-encoded and what `more` lists; beyond ASCII in an IRI.
[[nodiscard]] constexpr bool has_only(std::string_view text, std::string_view more,
                                      bool international) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
      i += 2;
    } else if (!is_unreserved(c) && !is_one_of("!$&'()*+,;=", c) && !is_one_of(more, c) &&
               !(international && is_beyond_ascii(c))) {
      return false;
    }
  }
  return true;
}

[[nodiscard]] constexpr bool is_ip_literal(std::string_view text) noexcept {
  if (text.size() < 2 || text.back() != ']') return false;
  text = text.substr(1, text.size() - 2);
  if (is_ipv6(text)) return true;
  scanner in{text};  // IPvFuture
  return in.take_letter('v') && !in.take_while(is_hex).empty() && in.take('.') && !in.at_end() &&
         text.find('%') == text.npos && has_only(in.rest, ":", false);
}

[[nodiscard]] constexpr bool is_authority(std::string_view text, bool international) noexcept {
  if (const std::size_t at = text.rfind('@'); at != text.npos) {
    if (!has_only(text.substr(0, at), ":", international)) return false;
    text.remove_prefix(at + 1);
  }
  const std::size_t bracket = text.empty() || text.front() != '[' ? text.npos : text.find(']');
  const std::size_t colon = text.find(':', bracket == text.npos ? 0 : bracket);
  scanner port{colon == text.npos ? std::string_view{} : text.substr(colon + 1)};
  (void)port.take_while(is_digit);
  const std::string_view host = text.substr(0, colon);
  if (!port.at_end()) return false;
  return bracket == text.npos ? has_only(host, "", international) : is_ip_literal(host);
}

// Everything after the scheme.
[[nodiscard]] constexpr bool is_relative_part(std::string_view text, bool international) noexcept {
  const std::size_t hash = text.find('#');
  if (hash != text.npos && !has_only(text.substr(hash + 1), ":@/?", international)) return false;
  text = text.substr(0, hash);
  const std::size_t mark = text.find('?');
  if (mark != text.npos && !has_only(text.substr(mark + 1), ":@/?", international)) return false;
  text = text.substr(0, mark);
  if (text.substr(0, 2) == "//") {
    text.remove_prefix(2);
    const std::size_t slash = text.find('/');
    if (!is_authority(text.substr(0, slash), international)) return false;
    text = slash == text.npos ? std::string_view{} : text.substr(slash);
  }
  return has_only(text, ":@/", international);
}

constexpr bool take_scheme(scanner& in) noexcept {
  if (!is_letter(in.peek())) return false;
  (void)in.take_while([](char c) { return is_alphanumeric(c) || is_one_of("+-.", c); });
  return in.take(':');
}

}  // namespace detail

[[nodiscard]] constexpr bool is_uri(std::string_view text, bool international) noexcept {
  scanner in{text};
  return detail::take_scheme(in) && detail::is_relative_part(in.rest, international);
}

[[nodiscard]] constexpr bool is_uri_reference(std::string_view text, bool international) noexcept {
  if (is_uri(text, international)) return true;
  const std::string_view first = text.substr(0, text.find_first_of("/?#"));
  return first.find(':') == first.npos && detail::is_relative_part(text, international);
}

namespace detail {

// One variable of an expression: name, then :n or *.
[[nodiscard]] constexpr bool is_template_variable(std::string_view text) noexcept {
  if (!text.empty() && text.back() == '*') text.remove_suffix(1);
  if (const std::size_t colon = text.find(':'); colon != text.npos) {
    scanner digits{text.substr(colon + 1)};
    const bool leading_zero = digits.peek() == '0';
    const std::size_t size = digits.take_while(is_digit).size();
    if (leading_zero || size == 0 || size > 4 || !digits.at_end()) return false;
    text = text.substr(0, colon);
  }
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]))
      i += 2;
    else if (!is_alphanumeric(text[i]) && text[i] != '_' && text[i] != '.')
      return false;
  }
  return true;
}

[[nodiscard]] constexpr bool is_template_expression(std::string_view text) noexcept {
  if (!text.empty() && is_one_of("+#./;?&=,!@|", text.front())) text.remove_prefix(1);
  for (;;) {
    const std::size_t comma = text.find(',');
    if (!is_template_variable(text.substr(0, comma))) return false;
    if (comma == text.npos) return true;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace detail

[[nodiscard]] constexpr bool is_uri_template(std::string_view text) noexcept {
  while (!text.empty()) {
    const char c = text.front();
    if (c == '{') {
      const std::size_t end = text.find('}');
      if (end == text.npos || !detail::is_template_expression(text.substr(1, end - 1)))
        return false;
      text.remove_prefix(end + 1);
      continue;
    }
    const bool encoded = c == '%' && text.size() > 2 && is_hex(text[1]) && is_hex(text[2]);
    if (!encoded && (static_cast<unsigned char>(c) <= 0x20 || c == '\x7f' ||
                     detail::is_one_of("\"%<>\\^`{|}", c)))
      return false;
    text.remove_prefix(encoded ? 3 : 1);
  }
  return true;
}

}  // namespace callgate::schema::formats
