// SPDX-License-Identifier: Apache-2.0
// One parameter of a query, decoded.
#pragma once

#include <callgate/http/detail/ascii.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace callgate::http {

namespace detail {

// Takes one decoded byte off the front; -1 for a bad escape. `text` is not empty.
[[nodiscard]] constexpr int take_decoded(std::string_view& text) noexcept {
  const char c = text.front();
  if (c != '%') {
    text.remove_prefix(1);
    return c == '+' ? ' ' : static_cast<unsigned char>(c);
  }
  if (text.size() < 3) return -1;
  const int high = hex_value(text[1]);
  const int low = hex_value(text[2]);
  text.remove_prefix(3);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

[[nodiscard]] constexpr bool decodes_to(std::string_view encoded, std::string_view plain) noexcept {
  for (const char c : plain)
    if (encoded.empty() || take_decoded(encoded) != static_cast<unsigned char>(c)) return false;
  return encoded.empty();
}

[[nodiscard]] constexpr std::optional<std::string_view> decode(std::string_view encoded,
                                                               std::span<char> scratch) noexcept {
  if (encoded.find_first_of("%+") == std::string_view::npos) return encoded;
  std::size_t size = 0;
  while (!encoded.empty()) {
    const int byte = take_decoded(encoded);
    if (byte < 0 || size == scratch.size()) return std::nullopt;
    scratch[size++] = static_cast<char>(byte);
  }
  return std::string_view{scratch.data(), size};
}

}  // namespace detail

// The first parameter of this name in `query` (application/x-www-form-urlencoded). The value may
// hold any byte, NUL too.
// Lifetime: a view into `query`, or into `scratch` if something had to be decoded.
// Errors: nullopt when there is none, when it does not fit into `scratch`, or for a bad escape.
// Source: WHATWG URL 5.1, but a bad escape is refused instead of kept.
[[nodiscard]] constexpr std::optional<std::string_view> query_value(
    std::string_view query, std::string_view name, std::span<char> scratch) noexcept {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = pair.find('=');
    if (!pair.empty() && detail::decodes_to(pair.substr(0, equals), name)) {
      const bool has_value = equals != std::string_view::npos;
      return detail::decode(has_value ? pair.substr(equals + 1) : std::string_view{}, scratch);
    }
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
  }
  return std::nullopt;
}

}  // namespace callgate::http
