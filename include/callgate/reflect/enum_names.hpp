// SPDX-License-Identifier: Apache-2.0
// Enumerators and their names on the wire.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace callgate {

// Specialised by the generator:  static constexpr std::array<std::string_view, N> names;
// The enumerator with value i is spelled names[i].
template <class E>
struct enum_names;

template <class E>
concept named_enum = std::is_enum_v<E> && requires {
  enum_names<E>::names.size();
};

template <named_enum E>
[[nodiscard]] constexpr std::optional<E> enum_from_name(std::string_view name) noexcept {
  for (std::size_t i = 0; i < enum_names<E>::names.size(); ++i)
    if (enum_names<E>::names[i] == name) return static_cast<E>(i);
  return std::nullopt;
}

template <named_enum E>
[[nodiscard]] constexpr std::string_view enum_name(E value) noexcept {
  const auto i = static_cast<std::size_t>(value);
  return i < enum_names<E>::names.size() ? enum_names<E>::names[i] : std::string_view{};
}

}  // namespace callgate
