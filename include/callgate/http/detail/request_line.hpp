// SPDX-License-Identifier: Apache-2.0
// The first line of a request.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/http/detail/ascii.hpp>
#include <callgate/http/errc.hpp>
#include <callgate/http/request.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace callgate::http::detail {

// A higher minor version than ours is read as ours is.
// Source: RFC 9110 2.5 and 6.2.
[[nodiscard]] constexpr std::optional<errc> read_version(std::string_view text,
                                                         request& out) noexcept {
  if (text.size() != 8 || text.substr(0, 5) != "HTTP/" || !is_digit(text[5]) || text[6] != '.' ||
      !is_digit(text[7]))
    return errc::bad_version;
  if (text[5] != '1') return errc::unsupported_version;
  out.minor_version = text[7] == '0' ? 0 : 1;
  return std::nullopt;
}

// What nearly all requests begin with: a token, a path, HTTP/1.1. False: nothing is said of it yet.
[[nodiscard]] inline bool read_usual_line(std::string_view line, request& out) noexcept {
  const std::size_t space = leading_token(line);
  if (space == 0 || line.size() - space < 2 || line[space] != ' ' || line[space + 1] != '/')
    return false;
  const std::string_view rest = line.substr(space + 1);
  const std::size_t size = leading_plain_target(rest);
  if (size > limits::max_target_bytes || !is_text(rest.substr(size), " HTTP/1.1")) return false;
  out.method = line.substr(0, space);
  out.target = split_path(rest.substr(0, size));
  return true;
}

// `line` comes without its CRLF and without control bytes. The version is looked at before the
// target: what another version of HTTP has for a target is not ours to judge.
// Source: RFC 9112 3; the lenient splitting on any white space is not offered.
[[nodiscard]] inline std::optional<errc> read_request_line(std::string_view line,
                                                           request& out) noexcept {
  if (read_usual_line(line, out)) return std::nullopt;
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == last) return errc::bad_request_line;
  const std::string_view text = line.substr(first + 1, last - first - 1);
  if (text.empty() || text.find(' ') != std::string_view::npos) return errc::bad_request_line;
  out.method = line.substr(0, first);
  if (!is_token(out.method)) return errc::bad_method;
  if (const auto bad = read_version(line.substr(last + 1), out)) return bad;
  if (text.size() > limits::max_target_bytes) return errc::target_too_long;
  const auto parsed = parse_target(text, out.method);
  if (!parsed) return parsed.error();
  out.target = *parsed;
  return std::nullopt;
}

}  // namespace callgate::http::detail
