// SPDX-License-Identifier: Apache-2.0
// The Date field's text.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callgate::http {

// Shape: always 29 bytes, as "Sun, 06 Nov 1994 08:49:37 GMT".
struct imf_fixdate {
  std::array<char, 29> text;

  // Lifetime: that of this object.
  [[nodiscard]] constexpr std::string_view view() const noexcept {
    return {text.data(), text.size()};
  }
};

namespace detail {

constexpr void put_two_digits(char* to, unsigned value) noexcept {
  to[0] = static_cast<char>('0' + value / 10 % 10);
  to[1] = static_cast<char>('0' + value % 10);
}

}  // namespace detail

// Units: seconds since 1970-01-01T00:00:00Z. The form has four digits for the year: times before
// 1970 become its begin, times after 9999 that year's end.
// Cost: too little to matter, but a server wants it once per second, not once per answer.
// Source: RFC 9110 5.6.7.
[[nodiscard]] constexpr imf_fixdate format_imf_fixdate(std::int64_t unix_seconds) noexcept {
  constexpr std::int64_t last = 253'402'300'799;
  constexpr std::string_view days = "SunMonTueWedThuFriSat";
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::int64_t seconds = std::clamp<std::int64_t>(unix_seconds, 0, last);
  const std::chrono::sys_days day{std::chrono::days{static_cast<int>(seconds / 86'400)}};
  const auto clock = static_cast<unsigned>(seconds % 86'400);
  const std::chrono::year_month_day date{day};
  const auto year = static_cast<unsigned>(int{date.year()});

  imf_fixdate out{};
  std::string_view{"ddd, DD mmm YYYY hh:mm:ss GMT"}.copy(out.text.data(), out.text.size());
  char* const text = out.text.data();
  days.copy(text, 3, std::chrono::weekday{day}.c_encoding() * 3);
  detail::put_two_digits(text + 5, unsigned{date.day()});
  months.copy(text + 8, 3, (unsigned{date.month()} - 1) * 3);
  detail::put_two_digits(text + 12, year / 100);
  detail::put_two_digits(text + 14, year);
  detail::put_two_digits(text + 17, clock / 3600);
  detail::put_two_digits(text + 20, clock / 60 % 60);
  detail::put_two_digits(text + 23, clock % 60);
  return out;
}

}  // namespace callgate::http
