// SPDX-License-Identifier: Apache-2.0
// The types that members of generated structs can have, told apart.
#pragma once

#include <callgate/core/arena_vector.hpp>
#include <callgate/reflect/open_enum.hpp>
#include <callgate/reflect/rule.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace callgate::json::detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<arena_vector<T, N>> = true;

template <class T>
inline constexpr bool is_open_enum = false;
template <class E>
inline constexpr bool is_open_enum<open_enum<E>> = true;

// Of items that nothing is said about.
inline constexpr rule no_rule{};

// The room that an array takes when it leaves its inline room: never more than a text of that size
// can fill, so that a small body costs little. `[1,1]` is the densest: two bytes an item and one
// more for the brackets.
[[nodiscard]] constexpr std::size_t array_room(std::uint32_t max_items,
                                               std::size_t text_bytes) noexcept {
  return std::min<std::size_t>(max_items, text_bytes / 2 + 1);
}

}  // namespace callgate::json::detail
