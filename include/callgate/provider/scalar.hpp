// SPDX-License-Identifier: Apache-2.0
// One value of a callback, whatever its type: for answers, keys and records.
#pragma once

#include <cstdint>
#include <string_view>

namespace callgate {

// Lifetime: text is borrowed, from the payload or from the request's arena.
struct scalar {
  enum class type : std::uint8_t { null, text, integer, number, boolean } kind = type::null;
  std::string_view text{};
  std::int64_t integer = 0;
  double number = 0;
  bool boolean = false;
};

}  // namespace callgate
