// SPDX-License-Identifier: Apache-2.0
// A violation said in full, and as one line for people: where, what was expected, what was found.
#pragma once

#include <callgate/json/offence.hpp>
#include <callgate/schema/violation.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace callgate::schema {

namespace detail {

constexpr std::array<std::string_view, 7> type_names{"null",   "boolean", "object", "array",
                                                     "number", "string",  "integer"};

inline void add_types(json::expectation& out, type_set wanted) noexcept {
  bool first = true;
  for (std::size_t bit = 0; bit < type_names.size(); ++bit) {
    if ((wanted >> bit & 1U) == 0) continue;
    if (!first) out.add(" or ");
    out.add(type_names[bit]);
    first = false;
  }
}

inline void add_values(json::expectation& out, std::span<const std::string_view> values) noexcept {
  for (const std::string_view& each : values) out.add_item(each, &each == values.data());
}

inline void add_names(json::expectation& out, const discriminator& chooses) noexcept {
  for (const branch& each : chooses.branches)
    out.add_item(each.name, &each == chooses.branches.data());
}

// What the keyword says in the schema.
inline void add_demand(json::expectation& out, json::errc code, const node& want) noexcept {
  static constexpr number_rules no_numbers{};
  static constexpr string_rules no_strings{};
  static constexpr array_rules no_arrays{};
  static constexpr object_rules no_objects{};
  const number_rules& numbers = want.numbers != nullptr ? *want.numbers : no_numbers;
  const string_rules& strings = want.strings != nullptr ? *want.strings : no_strings;
  const array_rules& arrays = want.arrays != nullptr ? *want.arrays : no_arrays;
  const object_rules& objects = want.objects != nullptr ? *want.objects : no_objects;
  switch (code) {
    case json::errc::wrong_type: return add_types(out, want.types);
    case json::errc::not_const:
    case json::errc::not_in_enum:
      return want.chooses != nullptr ? add_names(out, *want.chooses) : add_values(out, want.values);
    case json::errc::too_small: return out.add(numbers.minimum);
    case json::errc::too_big: return out.add(numbers.maximum);
    case json::errc::not_above: return out.add(numbers.exclusive_minimum);
    case json::errc::not_below: return out.add(numbers.exclusive_maximum);
    case json::errc::not_multiple: return out.add(numbers.multiple_of);
    case json::errc::too_short: return out.add_number(strings.min_length);
    case json::errc::too_long: return out.add_number(strings.max_length);
    case json::errc::not_matching: return out.add(strings.matches->text);
    case json::errc::bad_content: return out.add("application/json");
    case json::errc::bad_format: return out.add(enum_name(strings.format.name));
    case json::errc::too_few_items: return out.add_number(arrays.min_items);
    case json::errc::too_many_items: return out.add_number(arrays.max_items);
    case json::errc::too_few_contained: return out.add_number(arrays.min_contains);
    case json::errc::too_many_contained: return out.add_number(arrays.max_contains);
    case json::errc::too_few_members: return out.add_number(objects.min_properties);
    case json::errc::too_many_members: return out.add_number(objects.max_properties);
    default: return;
  }
}

}  // namespace detail

// The same with what was expected as text.
[[nodiscard]] inline json::offence to_offence(const violation& found) noexcept {
  json::offence out{
      .broken = {.code = found.code, .offset = found.offset, .where = found.where},
      .found = found.found,
  };
  if (found.demand != nullptr) detail::add_demand(out.expected, found.code, *found.demand);
  return out;
}

// "/a/b: maxLength 3: found "abcd" at byte 12", cut at the end of `out`.
[[nodiscard]] inline std::string_view describe(const violation& found,
                                               std::span<char> out) noexcept {
  return json::describe(to_offence(found), out);
}

}  // namespace callgate::schema
