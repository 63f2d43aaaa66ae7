// SPDX-License-Identifier: Apache-2.0
// The rules of one value, once it has been read: the first that it breaks.
#pragma once

#include <callgate/json/errc.hpp>
#include <callgate/json/utf8.hpp>
#include <callgate/reflect/rule.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace callgate::json::detail {

using verdict = std::optional<errc>;

// A list of one came from `const`.
template <class T, class Equal>
constexpr verdict check_listed(std::span<const T> list, Equal equal) noexcept {
  if (list.empty() || std::any_of(list.begin(), list.end(), equal)) return std::nullopt;
  return list.size() == 1 ? errc::not_const : errc::not_in_enum;
}

// A text of n bytes has n/4 to n code points: they are counted only when that does not settle it.
constexpr verdict check_length(std::string_view text, const rule& rules) noexcept {
  const bool long_enough = text.size() / 4 >= rules.min_length;
  if (long_enough && text.size() <= rules.max_length) return std::nullopt;
  const std::size_t n = count_code_points(text);
  if (n < rules.min_length) return errc::too_short;
  if (n > rules.max_length) return errc::too_long;
  return std::nullopt;
}

constexpr verdict check_text(std::string_view text, const rule& rules) noexcept {
  if (const verdict bad = check_length(text, rules)) return bad;
  return check_listed(rules.strings, [text](std::string_view s) { return s == text; });
}

template <class T>
constexpr T bound_for(const bound& b) noexcept {
  if constexpr (std::floating_point<T>)
    return static_cast<T>(b.d);
  else if constexpr (std::unsigned_integral<T>)
    return static_cast<T>(b.u);
  else
    return static_cast<T>(b.i);
}

// T is double, std::int64_t or std::uint64_t: what the bounds are kept as, so that narrow members
// compare without rounding.
template <class T>
constexpr verdict check_range(T value, const rule& rules) noexcept {
  const T low = bound_for<T>(rules.minimum);
  const T high = bound_for<T>(rules.maximum);
  if (rules.minimum.set && (value < low || (rules.minimum.exclusive && value == low)))
    return errc::too_small;
  if (rules.maximum.set && (value > high || (rules.maximum.exclusive && value == high)))
    return errc::too_big;
  return std::nullopt;
}

template <std::integral T>
constexpr verdict check_integer(T value, const rule& rules) noexcept {
  if (const verdict bad = check_range(value, rules)) return bad;
  return check_listed(rules.integers, [value](std::int64_t i) { return std::cmp_equal(i, value); });
}

constexpr verdict check_floating(double value, const rule& rules) noexcept {
  if (const verdict bad = check_range(value, rules)) return bad;
  return check_listed(rules.numbers, [value](double d) { return d == value; });
}

}  // namespace callgate::json::detail
