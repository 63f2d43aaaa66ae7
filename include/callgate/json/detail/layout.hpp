// SPDX-License-Identifier: Apache-2.0
// What readers know about generated structs while they run: tables made from reflect<T>, so that
// their code is there once and not once a struct.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/json/detail/checks.hpp>
#include <callgate/json/detail/name_mix.hpp>
#include <callgate/json/detail/shape.hpp>
#include <callgate/json/number.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/reflect/enum_names.hpp>
#include <callgate/reflect/reflect.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
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

// Items of arrays lie one behind the other, first in the array's inline room.
struct array_layout {
  const struct value_layout* item = nullptr;
  std::size_t item_bytes = 0;
  std::size_t item_alignment = 1;
  std::size_t inline_items = 0;
  std::size_t inline_offset = 0;  // bytes from the start of the array
};

// An enum's values count from zero in the order of their names. An open enum has its text, too.
struct name_layout {
  std::span<const std::string_view> names{};
  std::span<const name_ends> ends{};  // of each
  std::size_t bytes = 0;              // of a value: 1, 2, 4 or 8
  bool open = false;
  std::size_t known_at = 0;  // of an open enum: bytes from its start
  std::size_t text_at = 0;
};

// What a member or an item can hold. Slots are what they lie in: the value, or a std::optional of
// it, which has a flag behind the value.
struct value_layout {
  shape is{};
  bool has_sign = false;   // of a number
  std::uint8_t bytes = 0;  // likewise
  bool floating = false;   // likewise
  std::uint32_t flag = 0;  // bytes to the flag of a std::optional; 0: it is none
  const object_layout* object = nullptr;
  const array_layout* array = nullptr;
  const name_layout* name = nullptr;
  verdict (*take_number)(const number_token&, const rule&, void* value) noexcept = nullptr;

  [[nodiscard]] constexpr bool optional() const noexcept { return flag != 0; }
};

struct member_layout {
  std::string_view name{};
  std::span<const std::string_view> aliases{};
  std::uint32_t offset = 0;  // bytes from the start of the struct
  std::uint32_t flag = 0;    // likewise, of a std::optional's flag; 0: it is none
  const value_layout* value = nullptr;
  const rule* rules = nullptr;
  bool has_also = false, has_content = false;  // in its rules
  const void* as_made = nullptr;  // of a member that is no std::optional and may be absent
  std::uint32_t size = 0;         // bytes of the slot
  std::uint32_t first_key = 0;    // of its names, among all names of the struct
  std::uint32_t group = 0;        // how many members before it have aliases
};

struct key_table;
namespace engine {
struct context;
}
// Reads an object whose members come in the order of the schema: engine/in_order.inc.
using in_order_reader = const char* (*)(const char* at, char* out, engine::context& c) noexcept;

struct object_layout {
  std::span<const member_layout> members{};
  value_check also = nullptr;
  const key_table* keys = nullptr;  // nullptr: too many for one
  // Not looked for in `keys`: g++ with UBSan takes a comparison with nullptr for no constant.
  bool has_keys = false;
  bool secret = false;                 // holds_sensitive()
  in_order_reader in_order = nullptr;  // of x86-64

  // Names of its members, and members that have several.
  [[nodiscard]] constexpr std::size_t key_count() const noexcept {
    return members.empty() ? 0 : members.back().first_key + 1 + members.back().aliases.size();
  }
  [[nodiscard]] constexpr std::size_t group_count() const noexcept {
    return members.empty() ? 0 : members.back().group + !members.back().aliases.empty();
  }
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

template <class T>
union place_for {
  char bytes[sizeof(T)];
  T object;
  constexpr place_for() noexcept : object{} {}
};

// Where a member lies. A pointer to a member does not tell, so it is looked for: both compilers
// compare addresses within one object when compiling. `from`: the search begins there.
template <class T, class Value>
constexpr std::size_t offset_of(const place_for<T>& in, Value T::*pointer,
                                std::size_t from = 0) noexcept {
  const void* const wanted = &(in.object.*pointer);
  for (std::size_t tried = 0; tried < sizeof(T); ++tried) {
    const std::size_t at = (from + tried) % sizeof(T);
    if (static_cast<const void*>(&in.bytes[at]) == wanted) return at;
  }
  return sizeof(T);
}

template <class Array>
inline constexpr array_layout layout_of_array{
    .item = &layout_of_value<typename Array::value_type>,
    .item_bytes = sizeof(typename Array::value_type),
    .item_alignment = alignof(typename Array::value_type),
    .inline_items = Array::inline_capacity,
    .inline_offset = Array::inline_offset,
};

template <class Enum>
inline constexpr auto ends_of_names = [] {
  std::array<name_ends, enum_names<Enum>::names.size()> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = ends_of_padded(enum_names<Enum>::names[i]);
  return out;
}();

template <class T>
constexpr name_layout make_name_layout() noexcept {
  if constexpr (is_open_enum<T>) {
    using value = typename decltype(T::known)::value_type;
    const place_for<T> place;
    return {.names = enum_names<value>::names,
            .ends = ends_of_names<value>,
            .bytes = sizeof(value),
            .open = true,
            .known_at = offset_of(place, &T::known),
            .text_at = offset_of(place, &T::text)};
  } else {
    return {.names = enum_names<T>::names, .ends = ends_of_names<T>, .bytes = sizeof(T)};
  }
}
template <class T>
inline constexpr name_layout layout_of_name = make_name_layout<T>();

template <reflected T>
constexpr object_layout make_object() noexcept;
template <reflected T>
inline constexpr object_layout layout_of = make_object<T>();

// All implementations of std::optional keep the flag right behind the value: layout_test.cpp.
template <class Slot>
constexpr std::uint32_t flag_of() noexcept {
  if constexpr (is_optional<Slot>)
    return sizeof(typename Slot::value_type);
  else
    return 0;
}

template <class Slot>
constexpr std::uint32_t flag_at(std::size_t offset) noexcept {
  return is_optional<Slot> ? static_cast<std::uint32_t>(offset) + flag_of<Slot>() : 0;
}

template <class Slot>
constexpr value_layout make_value() noexcept {
  using value = typename unwrapped<Slot>::type;
  value_layout out{.is = shape_of<value>(), .flag = flag_of<Slot>()};
  if constexpr (reflected<value>) out.object = &layout_of<value>;
  if constexpr (is_array<value>) out.array = &layout_of_array<value>;
  if constexpr (shape_of<value>() == shape::name) out.name = &layout_of_name<value>;
  if constexpr (std::is_arithmetic_v<value> && !std::same_as<value, bool>) {
    static_assert(sizeof(value) <= 8, "a number has at most 64 bits");
    out.take_number = &take_number<value>;
    out.bytes = sizeof(value);
    out.floating = std::floating_point<value>;
    out.has_sign = std::is_signed_v<value>;
  }
  return out;
}

// --- one struct

template <class T, std::size_t I>
using slot_of =
    typename std::remove_cvref_t<decltype(std::get<I>(reflect<T>::members))>::value_type;

// Whether what is in the slot always came.
template <class T, std::size_t I>
constexpr bool always_there() noexcept {
  constexpr const rule& rules = std::get<I>(reflect<T>::members).rules;
  return rules.required && (!rules.nullable || std::same_as<slot_of<T, I>, raw_value>);
}

template <class T, std::size_t I>
inline constexpr slot_of<T, I> made_member = T{}.*std::get<I>(reflect<T>::members).pointer;

template <class T, std::size_t I>
constexpr const void* as_made() noexcept {
  if constexpr (is_optional<slot_of<T, I>> || always_there<T, I>()) {
    return nullptr;
  } else {
    static_assert(std::get<I>(reflect<T>::members).rules.defaulted,
                  "a member that may be absent or null must be a std::optional");
    static_assert(std::get<I>(reflect<T>::members).aliases.empty(),
                  "a member of several names is there or is a std::optional");
    return &made_member<T, I>;
  }
}

// Compares types: g++ with UBSan takes the comparison of a function with nullptr for no constant.
template <value_check Check>
struct check_constant {};
template <value_check Check>
inline constexpr bool is_set = !std::same_as<check_constant<Check>, check_constant<nullptr>>;

template <reflected T>
constexpr auto make_members() noexcept {
  return []<std::size_t... I>(std::index_sequence<I...>) {
    std::array<member_layout, sizeof...(I)> out{};
    const place_for<T> place;
    std::size_t from = 0;
    std::uint32_t keys = 0, groups = 0;
    const auto add = [&]<std::size_t At>() {
      constexpr auto& member = std::get<At>(reflect<T>::members);
      const std::size_t offset = offset_of(place, member.pointer, from);
      from = offset + sizeof(slot_of<T, At>);
      out[At] = {.name = member.name,
                 .aliases = member.aliases,
                 .offset = static_cast<std::uint32_t>(offset),
                 .flag = flag_at<slot_of<T, At>>(offset),
                 .value = &layout_of_value<slot_of<T, At>>,
                 .rules = &member.rules,
                 .has_also = is_set<member.rules.also>,
                 .has_content = is_set<member.rules.content>,
                 .as_made = as_made<T, At>(),
                 .size = sizeof(slot_of<T, At>),
                 .first_key = keys,
                 .group = groups};
      keys += 1 + static_cast<std::uint32_t>(member.aliases.size());
      groups += !member.aliases.empty();
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
constexpr bool has_key_table() noexcept;
template <reflected T>
constexpr in_order_reader in_order_for() noexcept;

template <reflected T>
constexpr object_layout make_object() noexcept {
  return {.members = members_of<T>,
          .also = check_of<T>(),
          .keys = keys_for<T>(),
          .has_keys = has_key_table<T>(),
          .secret = holds_sensitive<T>(),
          .in_order = in_order_for<T>()};
}

// How many containers within each other that type demands, itself included.
constexpr std::size_t height_of(const value_layout& v) noexcept {
  if (v.is == shape::array) return 1 + height_of(*v.array->item);
  if (v.is != shape::object) return 0;
  std::size_t most = 0;
  for (const member_layout& m : v.object->members) most = std::max(most, height_of(*m.value));
  return 1 + most;
}

// Whether every struct that type names has a table of keys.
constexpr bool has_tables(const value_layout& v) noexcept {
  if (v.is == shape::array) return has_tables(*v.array->item);
  if (v.is != shape::object) return true;
  bool all = v.object->has_keys;
  for (const member_layout& m : v.object->members) all = all && has_tables(*m.value);
  return all;
}

}  // namespace callgate::json::detail
