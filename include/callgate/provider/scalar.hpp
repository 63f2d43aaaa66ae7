// SPDX-License-Identifier: Apache-2.0
// One value of a callback, whatever its type: for answers, keys and records.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

namespace callgate {

// null is absent; cleared is a null that somebody says, which is there and replaces what was.
// Lifetime: text is borrowed, from the payload or from the request's arena.
struct scalar {
  enum class type : std::uint8_t {
    null,
    text,
    integer,
    number,
    boolean,
    cleared
  } kind = type::null;
  std::string_view text{};
  std::int64_t integer = 0;
  double number = 0;
  bool boolean = false;
};

// Text, an integer, a number or a boolean as a scalar. Integers fit 64 bits with a sign.
template <class T>
[[nodiscard]] constexpr scalar scalar_of(const T& value) noexcept {
  using type = scalar::type;
  if constexpr (std::same_as<T, bool>)
    return {.kind = type::boolean, .boolean = value};
  else if constexpr (std::integral<T>)
    return {.kind = type::integer, .integer = static_cast<std::int64_t>(value)};
  else if constexpr (std::floating_point<T>)
    return {.kind = type::number, .number = value};
  else
    return {.kind = type::text, .text = value};
}

}  // namespace callgate
