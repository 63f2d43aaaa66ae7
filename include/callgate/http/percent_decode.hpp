// SPDX-License-Identifier: Apache-2.0
// Percent-decoding of a path segment, where allocating does not matter.
#pragma once

#include <callgate/core/encoding.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace callgate::http {

// Errors: nullopt for an escape that is none. '+' is a plus here. Source: RFC 3986 2.1.
[[nodiscard]] inline std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    std::uint8_t byte = 0;
    if (i + 2 >= text.size() || !decode_hex(text.substr(i + 1, 2), {&byte, 1})) return std::nullopt;
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

}  // namespace callgate::http
