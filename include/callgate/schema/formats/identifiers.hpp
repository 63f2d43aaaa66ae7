// SPDX-License-Identifier: Apache-2.0
// uuid (RFC 4122), json-pointer (RFC 6901) and relative-json-pointer.
#pragma once

#include <callgate/schema/formats/scanner.hpp>

#include <cstddef>
#include <string_view>

namespace callgate::schema::formats {

[[nodiscard]] constexpr bool is_uuid(std::string_view text) noexcept {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

[[nodiscard]] constexpr bool is_json_pointer(std::string_view text) noexcept {
  if (!text.empty() && text.front() != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')))
      return false;
  return true;
}

[[nodiscard]] constexpr bool is_relative_json_pointer(std::string_view text) noexcept {
  scanner in{text};
  const std::string_view up = in.take_while(is_digit);
  if (up.empty() || (up.size() > 1 && up.front() == '0')) return false;
  return in.rest == "#" || is_json_pointer(in.rest);
}

}  // namespace callgate::schema::formats
