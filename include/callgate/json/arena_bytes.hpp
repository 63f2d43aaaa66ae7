// SPDX-License-Identifier: Apache-2.0
// How large an arena must be so that parsing cannot exhaust it.
#pragma once

#include <callgate/json/detail/shape.hpp>
#include <callgate/reflect/reflect.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <tuple>

namespace callgate::json {

namespace detail {

constexpr std::size_t add_saturated(std::size_t a, std::size_t b) noexcept {
  return a > std::numeric_limits<std::size_t>::max() - b ? std::numeric_limits<std::size_t>::max()
                                                         : a + b;
}
constexpr std::size_t multiply_saturated(std::size_t a, std::size_t b) noexcept {
  return b != 0 && a > std::numeric_limits<std::size_t>::max() / b
             ? std::numeric_limits<std::size_t>::max()
             : a * b;
}

// Beyond a text that is copied, one that is decoded, and marks of an eighth of it. Units: bytes.
inline constexpr std::size_t text_margin = 128 + 64 + 32;

template <class T>
inline constexpr bool is_optional_array = is_array<T>;
template <class T>
inline constexpr bool is_optional_array<std::optional<T>> = is_array<T>;

// Only arrays within arrays need to know what was said about them: g++ with UBSan takes a
// comparison of `items` with nullptr for no constant.
template <class T>
constexpr const rule& item_rule(const rule& rules) noexcept {
  if constexpr (is_optional_array<T>)
    return rules.items != nullptr ? *rules.items : no_rule;
  else
    return no_rule;
}

template <class T>
struct spill {
  // What `copies` values of T can take from the arena for their arrays.
  static constexpr std::size_t bytes(const rule&, std::size_t text_bytes,
                                     std::size_t copies) noexcept {
    if constexpr (reflected<T>) {
      const auto of = [=]<class S, class V>(const member<S, V>& m) {
        const std::size_t spelled = multiply_saturated(copies, 1 + m.aliases.size());
        return spill<V>::bytes(m.rules, text_bytes, std::min(spelled, text_bytes));
      };
      std::size_t sum = 0;
      std::apply([&](const auto&... m) { ((sum = add_saturated(sum, of(m))), ...); },
                 reflect<T>::members);
      return sum;
    }
    return 0;
  }
};

template <class T>
struct spill<std::optional<T>> : spill<T> {};

template <class T, std::size_t N>
struct spill<arena_vector<T, N>> {
  static constexpr std::size_t bytes(const rule& rules, std::size_t text_bytes,
                                     std::size_t copies) noexcept {
    const std::size_t items = multiply_saturated(copies, rules.max_items);
    const std::size_t inner =
        spill<T>::bytes(item_rule<T>(rules), text_bytes, std::min(items, text_bytes));
    if (rules.max_items <= N) return inner;
    // An array that spills has at least N + 1 items, N commas and two brackets.
    const std::size_t arrays = std::min(copies, text_bytes / (2 * N + 3));
    const std::size_t room = std::max(array_room(rules.max_items, text_bytes), N + 1);
    const std::size_t one = add_saturated(multiply_saturated(room, sizeof(T)), alignof(T) - 1);
    return add_saturated(inner, multiply_saturated(arrays, one));
  }
};

}  // namespace detail

// An upper bound of what parse<T> takes from the arena for a text of that size, whatever the text
// says. Units: bytes; the arena need not be aligned. SIZE_MAX when no size would do.
template <reflected T>
[[nodiscard]] constexpr std::size_t arena_bytes_needed(std::size_t text_bytes) noexcept {
  // What is decoded, a copy of a text that ends where nothing may be read, and a bit a byte.
  const std::size_t texts =
      detail::add_saturated(detail::multiply_saturated(2, text_bytes), text_bytes / 8);
  return detail::add_saturated(detail::add_saturated(texts, detail::text_margin),
                               detail::spill<T>::bytes(rule{}, text_bytes, 1));
}

// The same, with the T itself created in the arena.
template <reflected T>
[[nodiscard]] constexpr std::size_t created_bytes_needed(std::size_t text_bytes) noexcept {
  return detail::add_saturated(arena_bytes_needed<T>(text_bytes), sizeof(T) + alignof(T));
}

}  // namespace callgate::json
