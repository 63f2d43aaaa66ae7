// SPDX-License-Identifier: Apache-2.0
// Wall-clock time, and its text form.
#pragma once

#include <callgate/core/unix_micros.hpp>

#include <chrono>
#include <cstdio>
#include <string_view>

namespace callgate {

[[nodiscard]] inline unix_micros wall_now() noexcept {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

// RFC 3339 in UTC with microseconds: 2026-01-07T20:07:33.101250Z
struct timestamp_text {
  char text[32];
  std::size_t size;

  [[nodiscard]] std::string_view view() const noexcept { return {text, size}; }
};

[[nodiscard]] inline timestamp_text format_timestamp(unix_micros at) noexcept {
  using namespace std::chrono;
  const sys_time<microseconds> time{microseconds{at}};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  timestamp_text out{};
  const int n = std::snprintf(
      out.text, sizeof out.text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", int{date.year()},
      unsigned{date.month()}, unsigned{date.day()}, static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  out.size = n > 0 ? static_cast<std::size_t>(n) : 0;
  return out;
}

}  // namespace callgate
