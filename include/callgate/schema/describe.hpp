// SPDX-License-Identifier: Apache-2.0
// A violation as one line for people: where, what was expected, what was found.
#pragma once

#include <callgate/json/error.hpp>
#include <callgate/schema/violation.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace callgate::schema {

inline constexpr std::size_t max_shown_bytes = 64;  // of a value or an expectation in a line

namespace detail {

using json::detail::line;

constexpr std::array<std::string_view, 7> type_names{"null",   "boolean", "object", "array",
                                                     "number", "string",  "integer"};

inline void add_types(line& out, type_set wanted) noexcept {
  bool first = true;
  for (std::size_t bit = 0; bit < type_names.size(); ++bit) {
    if ((wanted >> bit & 1U) == 0) continue;
    if (!first) out.add(" or ");
    out.add(type_names[bit]);
    first = false;
  }
}

inline void add_cut(line& out, std::string_view text) noexcept {
  out.add(text.substr(0, max_shown_bytes));
  if (text.size() > max_shown_bytes) out.add("...");
}

// What the keyword says in the schema.
inline void add_demand(line& out, const violation& found) noexcept {
  static constexpr number_rules no_numbers{};
  static constexpr string_rules no_strings{};
  static constexpr array_rules no_arrays{};
  static constexpr object_rules no_objects{};
  const node& want = *found.demand;
  const number_rules& numbers = want.numbers != nullptr ? *want.numbers : no_numbers;
  const string_rules& strings = want.strings != nullptr ? *want.strings : no_strings;
  const array_rules& arrays = want.arrays != nullptr ? *want.arrays : no_arrays;
  const object_rules& objects = want.objects != nullptr ? *want.objects : no_objects;
  switch (found.code) {
    case json::errc::wrong_type: return add_types(out, want.types);
    case json::errc::not_const: return add_cut(out, want.values.front());
    case json::errc::too_small: return out.add(numbers.minimum);
    case json::errc::too_big: return out.add(numbers.maximum);
    case json::errc::not_above: return out.add(numbers.exclusive_minimum);
    case json::errc::not_below: return out.add(numbers.exclusive_maximum);
    case json::errc::not_multiple: return out.add(numbers.multiple_of);
    case json::errc::too_short: return out.add(std::size_t{strings.min_length});
    case json::errc::too_long: return out.add(std::size_t{strings.max_length});
    case json::errc::not_matching: return add_cut(out, strings.matches->text);
    case json::errc::too_few_items: return out.add(std::size_t{arrays.min_items});
    case json::errc::too_many_items: return out.add(std::size_t{arrays.max_items});
    case json::errc::too_few_contained: return out.add(std::size_t{arrays.min_contains});
    case json::errc::too_many_contained: return out.add(std::size_t{arrays.max_contains});
    case json::errc::too_few_members: return out.add(std::size_t{objects.min_properties});
    case json::errc::too_many_members: return out.add(std::size_t{objects.max_properties});
    default: return;
  }
}

}  // namespace detail

// "/a/b: maxLength 3: found "abcd" at byte 12", cut at the end of `out`.
[[nodiscard]] inline std::string_view describe(const violation& found,
                                               std::span<char> out) noexcept {
  detail::line text{out};
  if (found.demand == nullptr) {
    text.add(enum_name(found.code));
  } else {
    text.add(found.where.view().empty() ? std::string_view{"(root)"} : found.where.view());
    text.add(": ");
    text.add(enum_name(found.code));
    const std::size_t before = text.size;
    text.add(" ");
    detail::add_demand(text, found);
    if (text.size == before + 1) text.size = before;
    if (!found.found.empty()) text.add(": found "), detail::add_cut(text, found.found);
  }
  text.add(" at byte ");
  text.add(found.offset);
  return {out.data(), text.size};
}

}  // namespace callgate::schema
