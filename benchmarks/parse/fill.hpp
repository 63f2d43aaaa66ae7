// SPDX-License-Identifier: Apache-2.0
// Fills a generated struct from a document of another library, as a hand-written reader would: each
// object is gone over once, a name is compared with the one that comes next in the schema first,
// types and required members are checked, and no other rule is.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/core/arena_vector.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/json/read_options.hpp>
#include <callgate/reflect/open_enum.hpp>
#include <callgate/reflect/reflect.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace parse_benchmark {

// The names that members of T have on the wire, and which of them have how many bytes.
template <callgate::reflected T>
struct names {
  struct spelling {
    std::string_view name;
    std::size_t member = 0;
  };
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  static constexpr std::size_t longest = 63;  // of names that the schemas have

  static constexpr std::size_t count =
      std::apply([](const auto&... m) { return (std::size_t{0} + ... + (1 + m.aliases.size())); },
                 callgate::reflect<T>::members);
  static_assert(count <= 64, "one bit each");

  static constexpr auto spellings = [] {
    std::array<spelling, count> made{};
    std::size_t at = 0, member = 0;
    const auto add = [&](const auto& m) {
      made[at++] = {m.name, member};
      for (const auto alias : m.aliases) made[at++] = {alias, member};
      ++member;
    };
    std::apply([&](const auto&... m) { (add(m), ...); }, callgate::reflect<T>::members);
    return made;
  }();

  static constexpr auto of_length = [] {
    std::array<std::uint64_t, longest + 1> made{};
    for (std::size_t i = 0; i < count; ++i) made[spellings[i].name.size()] |= std::uint64_t{1} << i;
    return made;
  }();

  // `expected` is the spelling to try first, and then the one after that which was found.
  template <class Name>
  static std::size_t find(Name name, std::size_t& expected) {
    if (expected < count && name == spellings[expected].name) return spellings[expected++].member;
    const std::string_view text = name;
    std::uint64_t left = text.size() <= longest ? of_length[text.size()] : 0;
    for (; left != 0; left &= left - 1) {
      const auto i = static_cast<std::size_t>(__builtin_ctzll(left));
      if (spellings[i].name == text) return expected = i + 1, spellings[i].member;
    }
    return none;
  }

  static constexpr std::uint64_t required = [] {
    std::uint64_t made = 0, bit = 1;
    std::apply([&](const auto&... m) { ((made |= m.rules.required ? bit : 0, bit <<= 1), ...); },
               callgate::reflect<T>::members);
    return made;
  }();
};

// Library tells what a value of its own is:
//   value                               cheap to copy or to move
//   bool is_null(value&)
//   bool get(value&, std::string_view& | std::int64_t& | std::uint64_t& | double& | bool&)
//   bool each_member(value&, use)       use(name, value&) -> whether to go on; a name is a
//   string_view,
//                                       or can be compared with one and become one
//   bool each_item(value&, use)         use(value&) -> whether to go on
//   bool raw(value&, raw_value&)        of a value that the schema gives no type
template <class Library, callgate::json::read_options O>
class filler {
  using value = typename Library::value;

 public:
  filler(Library& library, callgate::arena& memory) noexcept
      : x_library(library), x_memory(memory) {}

  template <callgate::reflected T>
  bool read(value& from, T& out) {
    return read_object(from, out);
  }

 private:
  template <callgate::reflected T>
  bool read_object(value& from, T& out) {
    std::size_t expected = 0;
    std::uint64_t seen = 0;
    const bool good = x_library.each_member(from, [&](auto name, value& with) {
      const std::size_t member = names<T>::find(name, expected);
      if (member == names<T>::none) return O.unknown == callgate::json::unknown_members::ignore;
      seen |= std::uint64_t{1} << member;
      return read_member<0, callgate::member_count<T>>(with, out, member);
    });
    return good && (seen & names<T>::required) == names<T>::required;
  }

  template <std::size_t First, std::size_t Count, class T>
  bool read_member(value& from, T& out, std::size_t member) {
    if constexpr (Count == 1) {
      return read_slot<First>(from, out);
    } else {
      constexpr std::size_t middle = First + Count / 2;
      return member < middle ? read_member<First, middle - First>(from, out, member)
                             : read_member<middle, First + Count - middle>(from, out, member);
    }
  }

  template <std::size_t I, class T>
  bool read_slot(value& from, T& out) {
    static constexpr const auto& member = std::get<I>(callgate::reflect<T>::members);
    auto& slot = out.*member.pointer;
    return read_maybe(from, slot,
                      member.rules.nullable || (O.nulls_absent && !member.rules.required),
                      O.empty_strings_absent && !member.rules.required);
  }

  template <class T>
  bool read_maybe(value& from, T& slot, bool may_be_null, bool may_be_empty) {
    if constexpr (requires { slot.emplace(); }) {
      if (may_be_null && x_library.is_null(from)) return true;
      if (!read_value(from, slot.emplace())) return false;
      if constexpr (std::same_as<typename T::value_type, std::string_view>)
        if (may_be_empty && slot->empty()) slot.reset();
      return true;
    } else {
      return read_value(from, slot);
    }
  }

  template <class T>
  bool read_value(value& from, T& out) {
    if constexpr (callgate::reflected<T>)
      return read_object(from, out);
    else if constexpr (std::same_as<T, callgate::json::raw_value>)
      return x_library.raw(from, out);
    else if constexpr (std::same_as<T, bool> || std::same_as<T, double> ||
                       std::same_as<T, std::string_view>)
      return x_library.get(from, out);
    else if constexpr (std::integral<T>)
      return read_integer(from, out);
    else if constexpr (std::is_enum_v<T>)
      return read_enum(from, out);
    else
      return read_other(from, out);
  }

  template <class T>
  bool read_integer(value& from, T& out) {
    std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t> wide = 0;
    if (!x_library.get(from, wide) || !std::in_range<T>(wide)) return false;
    out = static_cast<T>(wide);
    return true;
  }

  template <class E>
  bool read_enum(value& from, E& out) {
    std::string_view text;
    if (!x_library.get(from, text)) return false;
    const auto known = callgate::enum_from_name<E>(text);
    if (known) out = *known;
    return known.has_value();
  }

  template <class E>
  bool read_other(value& from, callgate::open_enum<E>& out) {
    if (!x_library.get(from, out.text)) return false;
    out.known = callgate::enum_from_name<E>(out.text);
    return true;
  }

  template <class T, std::size_t N>
  bool read_other(value& from, callgate::arena_vector<T, N>& out) {
    return x_library.each_item(from, [&](value& item) {
      T* const place = out.push_back(x_memory, most_items);
      return place != nullptr && read_maybe(item, *place, false, false);
    });
  }

  static constexpr std::size_t most_items = 1024;  // in the arena, where inline room is too small

  Library& x_library;
  callgate::arena& x_memory;
};

}  // namespace parse_benchmark
