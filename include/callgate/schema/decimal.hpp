// SPDX-License-Identifier: Apache-2.0
// JSON numbers compared and divided exactly, digit by digit.
#pragma once

#include <callgate/json/number.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callgate::schema {

using json::detail::decimal;

namespace detail {

// The digits of a number from its first to its last that is not 0.
[[nodiscard]] constexpr std::string_view digits_of(const decimal& number) noexcept {
  return number.is_zero() ? std::string_view{}
                          : number.mantissa.substr(number.first, number.last - number.first + 1);
}

// The next digit, the dot left out; '\0' at the end, which is less than any.
constexpr char next_digit(std::string_view& digits) noexcept {
  if (!digits.empty() && digits.front() == '.') digits.remove_prefix(1);
  if (digits.empty()) return '\0';
  const char digit = digits.front();
  digits.remove_prefix(1);
  return digit;
}

[[nodiscard]] constexpr int compare_magnitudes(const decimal& one, const decimal& other) noexcept {
  const std::int64_t lead = one.power(one.first), other_lead = other.power(other.first);
  if (lead != other_lead) return lead < other_lead ? -1 : 1;
  std::string_view digits = digits_of(one), others = digits_of(other);
  for (;;) {
    const char digit = next_digit(digits), other_digit = next_digit(others);
    if (digit != other_digit) return digit < other_digit ? -1 : 1;
    if (digit == '\0') return 0;
  }
}

// Demands: one, other < modulus <= 10^18.
[[nodiscard]] constexpr std::uint64_t multiply(std::uint64_t one, std::uint64_t other,
                                               std::uint64_t modulus) noexcept {
  std::uint64_t product = 0;
  for (; other != 0; other >>= 1, one = one * 2 % modulus)
    if ((other & 1) != 0) product = (product + one) % modulus;
  return product;
}

// 10^exponent modulo modulus.
[[nodiscard]] constexpr std::uint64_t power_of_ten(std::int64_t exponent,
                                                   std::uint64_t modulus) noexcept {
  std::uint64_t power = 1 % modulus, base = 10 % modulus;
  for (; exponent != 0; exponent >>= 1, base = multiply(base, base, modulus))
    if ((exponent & 1) != 0) power = multiply(power, base, modulus);
  return power;
}

}  // namespace detail

// Below, at or above zero as one is less than, equal to or more than other.
[[nodiscard]] constexpr int compare(const decimal& one, const decimal& other) noexcept {
  if (one.is_zero() || other.is_zero()) {
    if (one.is_zero() && other.is_zero()) return 0;
    const decimal& number = one.is_zero() ? other : one;
    return number.negative != one.is_zero() ? -1 : 1;
  }
  if (one.negative != other.negative) return one.negative ? -1 : 1;
  const int magnitude = detail::compare_magnitudes(one, other);
  return one.negative ? -magnitude : magnitude;
}

[[nodiscard]] constexpr bool is_integer(const decimal& number) noexcept {
  return number.is_zero() || number.power(number.last) >= 0;
}

// Demands: divisor is more than zero, with at most 18 digits between its first and its last that is
// not 0 (callgen refuses others).
[[nodiscard]] constexpr bool is_multiple(const decimal& number, const decimal& divisor) noexcept {
  if (number.is_zero()) return true;
  std::uint64_t modulus = 0;
  for (std::string_view digits = detail::digits_of(divisor); !digits.empty();)
    if (const char digit = detail::next_digit(digits); digit != '\0')
      modulus = modulus * 10 + static_cast<std::uint64_t>(digit - '0');
  const std::int64_t shift = number.power(number.last) - divisor.power(divisor.last);
  // Its last digit is not 0, so ten does not divide it.
  if (shift < 0) return false;
  std::uint64_t rest = 0;
  for (std::string_view digits = detail::digits_of(number); !digits.empty();)
    if (const char digit = detail::next_digit(digits); digit != '\0')
      rest = (rest * 10 + static_cast<std::uint64_t>(digit - '0')) % modulus;
  return detail::multiply(rest, detail::power_of_ten(shift, modulus), modulus) == 0;
}

}  // namespace callgate::schema
