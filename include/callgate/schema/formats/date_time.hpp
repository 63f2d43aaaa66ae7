// SPDX-License-Identifier: Apache-2.0
// date-time, date, time (RFC 3339) and duration (RFC 3339, appendix A).
#pragma once

#include <callgate/schema/formats/scanner.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace callgate::schema::formats {

namespace detail {

[[nodiscard]] constexpr unsigned days_of(unsigned year, unsigned month) noexcept {
  constexpr std::array<unsigned, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

constexpr bool take_date(scanner& in) noexcept {
  unsigned year = 0, month = 0, day = 0;
  return in.take_number(4, year) && in.take('-') && in.take_number(2, month) && in.take('-') &&
         in.take_number(2, day) && month >= 1 && month <= 12 && day >= 1 &&
         day <= days_of(year, month);
}

// Z or an offset, as minutes to take from local time.
constexpr bool take_zone(scanner& in, int& minutes) noexcept {
  minutes = 0;
  if (in.take_letter('z')) return true;
  const bool ahead = in.take('+');
  unsigned hour = 0, minute = 0;
  if (!ahead && !in.take('-')) return false;
  if (!in.take_number(2, hour) || !in.take(':') || !in.take_number(2, minute)) return false;
  minutes = static_cast<int>(hour * 60 + minute) * (ahead ? 1 : -1);
  return hour <= 23 && minute <= 59;
}

constexpr bool take_time(scanner& in) noexcept {
  constexpr int day = 24 * 60;
  unsigned hour = 0, minute = 0, second = 0;
  int zone = 0;
  if (!in.take_number(2, hour) || !in.take(':') || !in.take_number(2, minute) || !in.take(':') ||
      !in.take_number(2, second))
    return false;
  if (in.take('.') && in.take_while(is_digit).empty()) return false;
  if (!take_zone(in, zone) || hour > 23 || minute > 59 || second > 60) return false;
  // A leap second ends a day of UTC.
  const int utc = (static_cast<int>(hour * 60 + minute) - zone + 2 * day) % day;
  return second < 60 || utc == day - 1;
}

}  // namespace detail

[[nodiscard]] constexpr bool is_date(std::string_view text) noexcept {
  scanner in{text};
  return detail::take_date(in) && in.at_end();
}

[[nodiscard]] constexpr bool is_time(std::string_view text) noexcept {
  scanner in{text};
  return detail::take_time(in) && in.at_end();
}

[[nodiscard]] constexpr bool is_date_time(std::string_view text) noexcept {
  scanner in{text};
  return detail::take_date(in) && in.take_letter('t') && detail::take_time(in) && in.at_end();
}

namespace detail {

// Counts in this order, none left out between two that are there: 1Y2M but not 1Y2D.
constexpr std::size_t take_counts(scanner& in, std::string_view units) noexcept {
  std::size_t taken = 0;
  for (std::size_t next = 0; is_digit(in.peek()); ++taken) {
    (void)in.take_while(is_digit);
    const std::size_t unit = in.at_end() ? units.npos : units.find(in.peek());
    if (unit == units.npos || (taken == 0 ? unit < next : unit != next)) return units.npos;
    next = unit + 1;
    (void)in.take(units[unit]);
  }
  return taken;
}

}  // namespace detail

[[nodiscard]] constexpr bool is_duration(std::string_view text) noexcept {
  constexpr std::size_t bad = std::string_view::npos;
  scanner in{text};
  if (!in.take('P')) return false;
  if (text.back() == 'W') {
    const std::size_t weeks = detail::take_counts(in, "W");
    return weeks == 1 && in.at_end();
  }
  const std::size_t days = detail::take_counts(in, "YMD");
  if (days == bad) return false;
  if (!in.take('T')) return days != 0 && in.at_end();
  const std::size_t hours = detail::take_counts(in, "HMS");
  return hours != bad && hours != 0 && in.at_end();
}

}  // namespace callgate::schema::formats
