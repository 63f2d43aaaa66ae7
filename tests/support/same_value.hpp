// SPDX-License-Identifier: Apache-2.0
// Are two generated structs equal in every member, and do their texts live where they should?
#pragma once

#include <callgate/json/detail/shape.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/reflect/reflect.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace callgate::test {

// Floating point numbers by their bits: -0.0 is not 0.0.
template <class T>
bool same_value(const T& a, const T& b) {
  if constexpr (reflected<T>) {
    return std::apply(
        [&](const auto&... m) { return (same_value(a.*m.pointer, b.*m.pointer) && ...); },
        reflect<T>::members);
  } else if constexpr (json::detail::is_optional<T>) {
    return a.has_value() == b.has_value() && (!a || same_value(*a, *b));
  } else if constexpr (json::detail::is_array<T>) {
    const auto left = a.span(), right = b.span();
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const auto& x, const auto& y) { return same_value(x, y); });
  } else if constexpr (std::is_same_v<T, json::raw_value>) {
    return a.text == b.text;
  } else if constexpr (json::detail::is_open_enum<T>) {
    return a.known == b.known && a.text == b.text;
  } else if constexpr (std::is_same_v<T, double>) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
  } else if constexpr (std::is_same_v<T, float>) {
    return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
  } else {
    return a == b;
  }
}

inline bool lies_within(std::string_view text, std::string_view room) {
  const std::less_equal<const char*> before;
  return text.empty() || (before(room.data(), text.data()) &&
                          before(text.data() + text.size(), room.data() + room.size()));
}

// Every string and raw value is a view of the text, or of the arena: not of a reader's own copy.
template <class T>
bool texts_lie_within(const T& value, std::string_view text, std::string_view memory) {
  const auto inner = [=](const auto& v) { return texts_lie_within(v, text, memory); };
  if constexpr (reflected<T>) {
    return std::apply([&](const auto&... m) { return (inner(value.*m.pointer) && ...); },
                      reflect<T>::members);
  } else if constexpr (json::detail::is_optional<T>) {
    return !value || inner(*value);
  } else if constexpr (json::detail::is_array<T>) {
    const auto items = value.span();
    return std::all_of(items.begin(), items.end(), inner);
  } else if constexpr (std::is_same_v<T, json::raw_value>) {
    return inner(value.text);
  } else if constexpr (json::detail::is_open_enum<T>) {
    return inner(value.text);
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    return lies_within(value, text) || lies_within(value, memory);
  } else {
    return true;
  }
}

}  // namespace callgate::test
