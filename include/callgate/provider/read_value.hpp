// SPDX-License-Identifier: Apache-2.0
// Takes one value out of a parsed payload, for answers and keys.
#pragma once

#include <callgate/provider/answer.hpp>
#include <callgate/provider/body_value.hpp>
#include <callgate/provider/source.hpp>
#include <callgate/reflect/open_enum.hpp>

#include <concepts>
#include <string_view>
#include <type_traits>

namespace callgate {

namespace detail {

template <class T>
constexpr scalar to_scalar(const T* value) {
  using type = scalar::type;
  if (value == nullptr) return {};
  if constexpr (std::convertible_to<const T&, std::string_view>)
    return {.kind = type::text, .text = *value};
  else if constexpr (std::same_as<T, bool>)
    return {.kind = type::boolean, .boolean = *value};
  else if constexpr (std::floating_point<T>)
    return {.kind = type::number, .number = *value};
  else if constexpr (std::integral<T>)
    return {.kind = type::integer, .integer = static_cast<std::int64_t>(*value)};
  else if constexpr (named_enum<T>)
    return {.kind = type::text, .text = enum_name(*value)};
  else if constexpr (requires {
                       value->known;
                       value->text;
                     })
    return {.kind = type::text, .text = value->text};
  else
    static_assert(
        !sizeof(T),
        "an answer or a key can take text, numbers, booleans and enums, no objects or arrays");
}

constexpr bool is_there(const scalar& v) {
  return v.kind != scalar::type::null && !(v.kind == scalar::type::text && v.text.empty());
}

template <class Payload, auto... Steps>
constexpr scalar read(source::body<Steps...> path, const Payload* payload) {
  return to_scalar(body_value(path, payload));
}

template <class Payload, class... Sources>
constexpr scalar read(source::first_of<Sources...>, [[maybe_unused]] const Payload* payload) {
  scalar found{};
  (void)((found = read<Payload>(Sources{}, payload), is_there(found)) || ...);
  return is_there(found) ? found : scalar{};
}

}  // namespace detail

// The value at Source (source::body or source::first_of of them) in a Payload; null when it is
// absent or payload is nullptr. Its type is answer_segment::read. Lifetime: views into the payload.
template <class Payload, class Source>
[[nodiscard]] constexpr scalar read_value([[maybe_unused]] const void* payload) {
  return detail::read<Payload>(Source{}, static_cast<const Payload*>(payload));
}

}  // namespace callgate
