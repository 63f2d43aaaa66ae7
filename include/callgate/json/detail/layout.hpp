// SPDX-License-Identifier: Apache-2.0
// What readers know about generated structs while they run: tables made from reflect<T>, so that
// their code is there once and not once a struct.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/json/detail/checks.hpp>
#include <callgate/json/detail/shape.hpp>
#include <callgate/json/number.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/reflect/enum_names.hpp>
#include <callgate/reflect/reflect.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace callgate::json::detail {

enum class shape : std::uint8_t {
  object,
  array,
  raw,
  boolean,
  int32,
  int64,
  float64,
  other_number,
  text,
  name,  // an enum, open or not
};

struct object_layout;
struct array_layout;

// What a member or an item can hold. Slots are what they lie in: the value, or a std::optional of
// it.
struct value_layout {
  shape is{};
  bool optional = false;
  const object_layout* object = nullptr;
  const array_layout* array = nullptr;
  void (*clear)(void* slot) noexcept = nullptr;    // as it was made
  void* (*create)(void* slot) noexcept = nullptr;  // a value in it, as it was made
  // False: the enum does not have that name. Of a value, not of a slot, as the next.
  bool (*take_name)(std::string_view name, void* value) noexcept = nullptr;
  verdict (*take_number)(const number_token&, const rule&, void* value) noexcept = nullptr;
};

struct array_layout {
  const value_layout* item = nullptr;
  void (*clear)(void* array) noexcept = nullptr;  // it need not have been made
  // Room for an item that the caller creates.
  void* (*push)(void* array, arena& memory, std::size_t most) noexcept = nullptr;
  std::size_t (*size)(const void* array) noexcept = nullptr;
};

struct member_layout {
  std::string_view name{};
  std::span<const std::string_view> aliases{};
  std::uint32_t offset = 0;  // bytes from the start of the struct
  const value_layout* value = nullptr;
  const rule* rules = nullptr;
  const void* as_made = nullptr;  // of a member that is no std::optional and may be absent
  std::uint32_t size = 0;         // bytes of the slot
};

struct key_table;

struct object_layout {
  std::span<const member_layout> members{};
  value_check also = nullptr;
  const key_table* keys = nullptr;  // nullptr: too many for one
};

// --- one type

template <class T>
struct unwrapped {
  using type = T;
};
template <class T>
struct unwrapped<std::optional<T>> {
  using type = T;
};

template <class T>
constexpr shape shape_of() noexcept {
  if constexpr (reflected<T>)
    return shape::object;
  else if constexpr (is_array<T>)
    return shape::array;
  else if constexpr (std::same_as<T, raw_value>)
    return shape::raw;
  else if constexpr (std::same_as<T, bool>)
    return shape::boolean;
  else if constexpr (std::same_as<T, std::int32_t>)
    return shape::int32;
  else if constexpr (std::same_as<T, std::int64_t>)
    return shape::int64;
  else if constexpr (std::same_as<T, double>)
    return shape::float64;
  else if constexpr (std::is_arithmetic_v<T>)
    return shape::other_number;
  else if constexpr (std::same_as<T, std::string_view>)
    return shape::text;
  else
    return shape::name;
}

template <class Slot>
void clear_slot(void* slot) noexcept {
  std::construct_at(static_cast<Slot*>(slot));
}

template <class Slot>
void* create_in(void* slot) noexcept {
  if constexpr (is_optional<Slot>)
    return &*std::construct_at(static_cast<Slot*>(slot), std::in_place);
  else
    return slot;
}

template <class T>
bool take_name(std::string_view name, void* value) noexcept {
  T& out = *static_cast<T*>(value);
  if constexpr (is_open_enum<T>) {
    out.text = name;
    out.known = enum_from_name<typename decltype(out.known)::value_type>(name);
    return true;
  } else {
    const std::optional<T> known = enum_from_name<T>(name);
    if (known) out = *known;
    return known.has_value();
  }
}

template <class T>
verdict take_number(const number_token& token, const rule& rules, void* value) noexcept {
  T& out = *static_cast<T*>(value);
  if constexpr (std::floating_point<T>) {
    double wide = 0;  // a float would be rounded before it meets its bounds
    if (const verdict bad = to_floating(token, wide)) return bad;
    if (const verdict bad = to_floating(token, out)) return bad;
    return check_floating(wide, rules);
  } else {
    if (const verdict bad = to_integer(token, out)) return bad;
    using wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
    return check_integer(static_cast<wide>(out), rules);
  }
}

template <class Slot>
constexpr value_layout make_value() noexcept;
template <class Slot>
inline constexpr value_layout layout_of_value = make_value<Slot>();

template <class Array>
constexpr array_layout make_array() noexcept {
  return {
      .item = &layout_of_value<typename Array::value_type>,
      .clear = [](void* array) noexcept { std::construct_at(static_cast<Array*>(array)); },
      .push = [](void* array, arena& memory, std::size_t most) noexcept -> void* {
        return static_cast<Array*>(array)->push_room(memory, most);
      },
      .size = [](const void* array) noexcept { return static_cast<const Array*>(array)->size(); },
  };
}
template <class Array>
inline constexpr array_layout layout_of_array = make_array<Array>();

// Structs and values name each other's.
template <reflected T>
struct layout_of {
  static const object_layout value;
};

template <class Slot>
constexpr value_layout make_value() noexcept {
  using value = typename unwrapped<Slot>::type;
  value_layout out{.is = shape_of<value>(),
                   .optional = is_optional<Slot>,
                   .clear = &clear_slot<Slot>,
                   .create = &create_in<Slot>};
  if constexpr (reflected<value>) out.object = &layout_of<value>::value;
  if constexpr (is_array<value>) out.array = &layout_of_array<value>;
  if constexpr (shape_of<value>() == shape::name) out.take_name = &take_name<value>;
  if constexpr (std::is_arithmetic_v<value> && !std::same_as<value, bool>)
    out.take_number = &take_number<value>;
  return out;
}

// --- one struct

// Where a member lies. A pointer to a member does not tell, so it is looked for: both compilers
// compare addresses within one object when compiling. `from`: the search begins there.
template <class T, class Value>
constexpr std::size_t offset_of(Value T::*pointer, std::size_t from) noexcept {
  union room {
    char bytes[sizeof(T)];
    T object;
    constexpr room() noexcept : object{} {}
  } in;
  const void* const wanted = std::addressof(in.object.*pointer);
  for (std::size_t tried = 0; tried < sizeof(T); ++tried) {
    const std::size_t at = (from + tried) % sizeof(T);
    if (static_cast<const void*>(&in.bytes[at]) == wanted) return at;
  }
  return sizeof(T);
}

template <class T, std::size_t I>
using slot_of =
    typename std::remove_cvref_t<decltype(std::get<I>(reflect<T>::members))>::value_type;

template <class T, std::size_t I>
inline constexpr slot_of<T, I> made_member = T{}.*std::get<I>(reflect<T>::members).pointer;

template <class T, std::size_t I>
constexpr const void* as_made() noexcept {
  if constexpr (!is_optional<slot_of<T, I>> && std::get<I>(reflect<T>::members).rules.defaulted)
    return &made_member<T, I>;
  else
    return nullptr;
}

template <reflected T>
constexpr auto make_members() noexcept {
  return []<std::size_t... I>(std::index_sequence<I...>) {
    std::array<member_layout, sizeof...(I)> out{};
    std::size_t from = 0;
    const auto add = [&]<std::size_t At>() {
      constexpr auto& member = std::get<At>(reflect<T>::members);
      const std::size_t offset = offset_of(member.pointer, from);
      from = offset + sizeof(slot_of<T, At>);
      out[At] = {.name = member.name,
                 .aliases = member.aliases,
                 .offset = static_cast<std::uint32_t>(offset),
                 .value = &layout_of_value<slot_of<T, At>>,
                 .rules = &member.rules,
                 .as_made = as_made<T, At>(),
                 .size = sizeof(slot_of<T, At>)};
    };
    (add.template operator()<I>(), ...);
    return out;
  }
  (std::make_index_sequence<member_count<T>>{});
}

template <reflected T>
inline constexpr auto members_of = make_members<T>();

template <reflected T>
constexpr const key_table* keys_for() noexcept;

template <reflected T>
constinit const object_layout layout_of<T>::value{
    .members = members_of<T>, .also = check_of<T>(), .keys = keys_for<T>()};

}  // namespace callgate::json::detail
