// SPDX-License-Identifier: Apache-2.0
// Reads the text form of a time.
#pragma once

#include <callgate/core/clock.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate {

namespace detail {

// Takes that many digits off the front; -1 when they are not there.
constexpr int take_digits(std::string_view& text, std::size_t count) noexcept {
  if (text.size() < count) return -1;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

constexpr bool take_character(std::string_view& text, std::string_view one_of) noexcept {
  if (text.empty() || one_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// Digits behind the point, in microseconds; what is finer is cut.
constexpr std::optional<std::int64_t> take_fraction(std::string_view& text) noexcept {
  std::int64_t micros = 0;
  std::int64_t unit = 100'000;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits, unit /= 10)
    micros += (text[digits] - '0') * unit;
  text.remove_prefix(digits);
  if (digits == 0) return std::nullopt;
  return micros;
}

// Z or +01:00, to the end of the text.
constexpr std::optional<std::chrono::minutes> take_offset(std::string_view& text) noexcept {
  using std::chrono::minutes;
  if (take_character(text, "Zz")) return text.empty() ? std::optional(minutes{0}) : std::nullopt;
  const bool west = !text.empty() && text.front() == '-';
  if (!take_character(text, "+-")) return std::nullopt;
  const int hours = take_digits(text, 2);
  if (!take_character(text, ":")) return std::nullopt;
  const int rest = take_digits(text, 2);
  if (hours < 0 || hours > 23 || rest < 0 || rest > 59 || !text.empty()) return std::nullopt;
  const minutes offset{hours * 60 + rest};
  return west ? -offset : offset;
}

constexpr std::optional<std::chrono::sys_days> take_date(std::string_view& text) noexcept {
  using namespace std::chrono;
  const int y = take_digits(text, 4);
  if (!take_character(text, "-")) return std::nullopt;
  const int m = take_digits(text, 2);
  if (!take_character(text, "-")) return std::nullopt;
  const int d = take_digits(text, 2);
  if (y < 0 || m < 0 || d < 0) return std::nullopt;
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)},
                            day{static_cast<unsigned>(d)}};
  return date.ok() ? std::optional(sys_days{date}) : std::nullopt;
}

constexpr std::optional<std::chrono::seconds> take_clock(std::string_view& text) noexcept {
  const int hours = take_digits(text, 2);
  if (!take_character(text, ":")) return std::nullopt;
  const int minutes = take_digits(text, 2);
  if (!take_character(text, ":")) return std::nullopt;
  const int seconds = take_digits(text, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60)
    return std::nullopt;
  return std::chrono::seconds{hours * 3600 + minutes * 60 + seconds};
}

}  // namespace detail

// 2026-01-07T20:07:33.101250Z, or with an offset such as +01:00. Nothing for any other text.
// Source: RFC 3339 5.6.
[[nodiscard]] constexpr std::optional<unix_micros> parse_timestamp(std::string_view text) noexcept {
  const auto date = detail::take_date(text);
  if (!date || !detail::take_character(text, "Tt")) return std::nullopt;
  const auto clock = detail::take_clock(text);
  if (!clock) return std::nullopt;
  std::optional<std::int64_t> micros = 0;
  if (detail::take_character(text, ".")) micros = detail::take_fraction(text);
  if (!micros) return std::nullopt;
  const auto offset = detail::take_offset(text);
  if (!offset) return std::nullopt;
  const std::chrono::microseconds since = date->time_since_epoch() + *clock - *offset;
  return since.count() + *micros;
}

}  // namespace callgate
