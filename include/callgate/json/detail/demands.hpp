// SPDX-License-Identifier: Apache-2.0
// What the rule of a member demands, as text for people.
#pragma once

#include <callgate/json/detail/shape.hpp>
#include <callgate/json/offence.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/reflect/enum_names.hpp>
#include <callgate/reflect/reflect.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>

namespace callgate::json::detail {

template <class T>
constexpr std::string_view type_name() noexcept {
  if constexpr (reflected<T>)
    return "object";
  else if constexpr (is_array<T>)
    return "array";
  else if constexpr (std::same_as<T, bool>)
    return "boolean";
  else if constexpr (std::integral<T>)
    return "integer";
  else if constexpr (std::floating_point<T>)
    return "number";
  else
    return std::same_as<T, raw_value> ? "any" : "string";
}

template <class T>
concept number_type = std::is_arithmetic_v<T> && !std::same_as<T, bool>;

// What the C++ type of a member can hold.
template <number_type T>
void add_range(expectation& out) noexcept {
  out.add_number(std::numeric_limits<T>::lowest());
  out.add(" to ");
  out.add_number(std::numeric_limits<T>::max());
}

template <number_type T>
void add_bound(expectation& out, const bound& end, std::string_view beyond) noexcept {
  if (end.exclusive) out.add(beyond);
  if constexpr (std::floating_point<T>)
    out.add_number(end.d);
  else if constexpr (std::unsigned_integral<T>)
    out.add_number(end.u);
  else
    out.add_number(end.i);
}

template <class T>
void add_list(expectation& out, std::span<const T> values) noexcept {
  for (const T& each : values) {
    const bool is_first = &each == values.data();
    if constexpr (std::same_as<T, std::string_view>)
      out.add_item(each, is_first);
    else
      out.add_item({}, is_first), out.add_number(each);
  }
}

// const or enum.
template <class T>
void add_values(expectation& out, const rule& rules) noexcept {
  if constexpr (named_enum<T>)
    add_list(out, std::span<const std::string_view>{enum_names<T>::names});
  add_list(out, rules.strings);
  add_list(out, rules.integers);
  add_list(out, rules.numbers);
}

template <class T>
[[nodiscard]] expectation demand_of(errc code, const rule& rules) noexcept {
  expectation out;
  switch (code) {
    case errc::wrong_type:
      out.add(type_name<T>()), out.add(rules.nullable ? " or null" : "");
      break;
    case errc::not_in_enum:
    case errc::not_const: add_values<T>(out, rules); break;
    case errc::too_short: out.add_number(rules.min_length); break;
    case errc::too_long: out.add_number(rules.max_length); break;
    case errc::too_few_items: out.add_number(rules.min_items); break;
    case errc::too_many_items: out.add_number(rules.max_items); break;
    default: break;
  }
  if constexpr (number_type<T>) {
    if (code == errc::number_out_of_range) add_range<T>(out);
    if (code == errc::too_small) add_bound<T>(out, rules.minimum, "more than ");
    if (code == errc::too_big) add_bound<T>(out, rules.maximum, "less than ");
  }
  return out;
}

// Whether the text of a value would show something sensitive.
template <class T>
constexpr bool is_secret(const rule& rules) noexcept {
  if constexpr (reflected<T>) {
    if (holds_sensitive<T>()) return true;
  }
  return rules.sensitive || rules.holds_sensitive;
}

}  // namespace callgate::json::detail
