// SPDX-License-Identifier: Apache-2.0
// Follows a source::body path into a parsed payload.
#pragma once

#include <callgate/core/arena_vector.hpp>
#include <callgate/provider/source.hpp>

#include <optional>
#include <type_traits>

namespace callgate {

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <auto Step, auto... Rest, class T>
constexpr auto follow(const T* from);

template <class T>
constexpr auto finish(const T* value) {
  if constexpr (is_optional<T>)
    return value != nullptr && value->has_value() ? &**value : nullptr;
  else
    return value;
}

template <auto Step, class T>
constexpr auto step(const T* from) {
  if constexpr (std::is_same_v<std::remove_cv_t<decltype(Step)>, source::at>) {
    using item = typename T::value_type;
    return from != nullptr && Step.index < from->size() ? &(*from)[Step.index]
                                                        : static_cast<const item*>(nullptr);
  } else {
    return from != nullptr ? finish(&(from->*Step))
                           : static_cast<decltype(finish(&(from->*Step)))>(nullptr);
  }
}

template <auto Step, auto... Rest, class T>
constexpr auto follow(const T* from) {
  if constexpr (sizeof...(Rest) == 0)
    return step<Step>(from);
  else
    return follow<Rest...>(step<Step>(from));
}

}  // namespace detail

// The value at the path, or nullptr when any part of it is absent. An empty path is the payload
// itself. Lifetime: a pointer into the payload.
template <auto... Steps, class Payload>
[[nodiscard]] constexpr auto body_value(source::body<Steps...>, const Payload* payload) {
  if constexpr (sizeof...(Steps) == 0)
    return payload;
  else
    return detail::follow<Steps...>(payload);
}

}  // namespace callgate
