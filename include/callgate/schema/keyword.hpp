// SPDX-License-Identifier: Apache-2.0
// The keywords that a value can break.
#pragma once

#include <callgate/reflect/enum_names.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace callgate::schema {

// `json`: the text is none; `never`: the schema false; too_complex: the schema asks to look at the
// text more often than limits::max_schema_scans.
enum class keyword : std::uint8_t {
  json,
  type,
  constant,
  enumeration,
  never,
  minimum,
  maximum,
  exclusive_minimum,
  exclusive_maximum,
  multiple_of,
  min_length,
  max_length,
  pattern,
  format,
  min_items,
  max_items,
  unique_items,
  contains,
  min_contains,
  max_contains,
  required,
  min_properties,
  max_properties,
  dependent_required,
  duplicate_member,
  any_of,
  one_of,
  not_of,
  too_complex,
};

}  // namespace callgate::schema

template <>
struct callgate::enum_names<callgate::schema::keyword> {
  static constexpr std::array<std::string_view, 29> names{"json",
                                                          "type",
                                                          "const",
                                                          "enum",
                                                          "false",
                                                          "minimum",
                                                          "maximum",
                                                          "exclusiveMinimum",
                                                          "exclusiveMaximum",
                                                          "multipleOf",
                                                          "minLength",
                                                          "maxLength",
                                                          "pattern",
                                                          "format",
                                                          "minItems",
                                                          "maxItems",
                                                          "uniqueItems",
                                                          "contains",
                                                          "minContains",
                                                          "maxContains",
                                                          "required",
                                                          "minProperties",
                                                          "maxProperties",
                                                          "dependentRequired",
                                                          "duplicate_member",
                                                          "anyOf",
                                                          "oneOf",
                                                          "not",
                                                          "too_complex"};
};
