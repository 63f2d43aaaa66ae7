// SPDX-License-Identifier: Apache-2.0
// What a request asks for, split into its parts.
#pragma once

#include <callgate/core/result.hpp>
#include <callgate/http/detail/ascii.hpp>
#include <callgate/http/detail/host.hpp>
#include <callgate/http/errc.hpp>

#include <cstddef>
#include <string_view>

namespace callgate::http {

// Lifetime: views into the head's bytes; an absolute-form without a path has the constant "/".
struct target {
  std::string_view path{};       // as it was sent, not decoded; begins with '/', or is "*"
  std::string_view query{};      // after the first '?', not decoded
  std::string_view authority{};  // host[:port] of the absolute-form, else empty
};

namespace detail {

[[nodiscard]] constexpr target split_path(std::string_view text) noexcept {
  const std::size_t mark = text.find('?');
  const bool has_query = mark != std::string_view::npos;
  return {text.substr(0, mark), has_query ? text.substr(mark + 1) : std::string_view{}, {}};
}

// What follows "http://" or "https://"; empty for any other text.
[[nodiscard]] constexpr std::string_view after_scheme(std::string_view text) noexcept {
  for (const std::string_view scheme : {std::string_view{"http://"}, std::string_view{"https://"}})
    if (equals_ignoring_case(text.substr(0, scheme.size()), scheme))
      return text.substr(scheme.size());
  return {};
}

[[nodiscard]] constexpr result<target, errc> split_absolute(std::string_view text) noexcept {
  const std::string_view rest = after_scheme(text);
  if (rest.empty()) return failure{errc::bad_target};
  const std::size_t authority_end = rest.find_first_of("/?");
  const std::string_view authority = rest.substr(0, authority_end);
  if (!is_host(authority)) return failure{errc::bad_host};
  target out = split_path(rest.substr(authority.size()));
  if (out.path.empty()) out.path = "/";
  out.authority = authority;
  return out;
}

// Of the bytes that RFC 3986 has no place for, '^', '`', '{', '|' and '}' are let through: clients
// that work send them as they are in queries. No client sends the others.
[[nodiscard]] constexpr bool is_target_byte(char c) noexcept {
  return is_in(c, in_target);
}

[[nodiscard]] constexpr bool is_target_text(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_target_byte(text[i])) return false;
    if (text[i] != '%') continue;
    if (text.size() - i < 3 || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0)
      return false;
  }
  return true;
}

}  // namespace detail

// The origin-form, the absolute-form with http or https, and "*" for OPTIONS. The authority-form is
// CONNECT's, which nobody here serves.
// Errors: bad_target; bad_host for an absolute-form's authority.
// Source: RFC 9112 3.2, RFC 3986 2.1.
[[nodiscard]] constexpr result<target, errc> parse_target(std::string_view text,
                                                          std::string_view method) noexcept {
  if (!detail::is_target_text(text)) return failure{errc::bad_target};
  if (text == "*" && method == "OPTIONS") return target{text, {}, {}};
  if (!text.empty() && text.front() == '/') return detail::split_path(text);
  return detail::split_absolute(text);
}

}  // namespace callgate::http
