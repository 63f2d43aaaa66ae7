// SPDX-License-Identifier: Apache-2.0
// Which methods there are.
#pragma once

#include <array>
#include <string_view>

namespace callgate::http {

// Those of HTTP itself and PATCH. Who gets another one says 501, not 405. Case matters.
// Source: RFC 9110 9.1, RFC 5789 2.
[[nodiscard]] constexpr bool is_known_method(std::string_view method) noexcept {
  constexpr std::array<std::string_view, 9> known{"POST",    "GET",   "HEAD",    "PUT",  "DELETE",
                                                  "OPTIONS", "PATCH", "CONNECT", "TRACE"};
  for (const std::string_view each : known)
    if (method == each) return true;
  return false;
}

}  // namespace callgate::http
