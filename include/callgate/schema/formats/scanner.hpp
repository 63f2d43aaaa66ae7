// SPDX-License-Identifier: Apache-2.0
// Takes a text apart from its beginning.
#pragma once

#include <cstddef>
#include <string_view>

namespace callgate::schema::formats {

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_alphanumeric(char c) noexcept {
  return is_digit(c) || is_letter(c);
}
[[nodiscard]] constexpr bool is_hex(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
[[nodiscard]] constexpr bool is_beyond_ascii(char c) noexcept {
  return static_cast<unsigned char>(c) >= 0x80;
}

struct scanner {
  std::string_view rest;

  [[nodiscard]] constexpr bool at_end() const noexcept { return rest.empty(); }
  // NUL at the end.
  [[nodiscard]] constexpr char peek() const noexcept { return rest.empty() ? '\0' : rest.front(); }

  constexpr bool take(char c) noexcept {
    if (rest.empty() || rest.front() != c) return false;
    return rest.remove_prefix(1), true;
  }
  // A letter of either case.
  constexpr bool take_letter(char lower) noexcept {
    return take(lower) || take(static_cast<char>(lower - 'a' + 'A'));
  }
  // Exactly that many digits.
  constexpr bool take_number(std::size_t digits, unsigned& value) noexcept {
    if (rest.size() < digits) return false;
    value = 0;
    for (const char c : rest.substr(0, digits)) {
      if (!is_digit(c)) return false;
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return rest.remove_prefix(digits), true;
  }
  // What stands here of characters that `wanted` takes.
  template <class Wanted>
  constexpr std::string_view take_while(Wanted wanted) noexcept {
    std::size_t size = 0;
    while (size < rest.size() && wanted(rest[size])) ++size;
    const std::string_view taken = rest.substr(0, size);
    return rest.remove_prefix(size), taken;
  }
};

}  // namespace callgate::schema::formats
