// SPDX-License-Identifier: Apache-2.0
// Why a JSON text was refused.
#pragma once

#include <callgate/reflect/enum_names.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace callgate::json {

// Up to arena_exhausted: not JSON, or beyond what we read. From wrong_type on: breaks its schema.
enum class errc : std::uint8_t {
  unexpected_end,       // the text stops within a value
  unexpected_byte,      // a byte that cannot stand there
  bad_literal,          // not exactly true, false or null
  bad_number,           // a number that RFC 8259 does not allow: 01, 1., +1, NaN
  bad_string,           // a control character below U+0020 within a string
  bad_escape,           // a backslash followed by something else than RFC 8259 lists
  bad_surrogate,        // \u escapes of surrogates that are no pair
  bad_utf8,             // bytes that are not UTF-8
  trailing_bytes,       // something after the value
  duplicate_member,     // one member twice; of two spellings the lesser, which is only noted
  depth_exceeded,       // nested deeper than max_depth
  arena_exhausted,      // the arena is smaller than arena_bytes_needed() says
  wrong_type,           // type
  number_out_of_range,  // an integer or number that the member's type cannot hold
  missing_member,       // required
  not_in_enum,          // enum
  not_const,            // const
  too_short,            // minLength
  too_long,             // maxLength
  too_small,            // minimum, exclusiveMinimum
  too_big,              // maximum, exclusiveMaximum
  too_few_items,        // minItems
  too_many_items,       // maxItems
  unknown_member,       // unknown_members: reject
  never,                // the schema false
  not_above,            // exclusiveMinimum
  not_below,            // exclusiveMaximum
  not_multiple,         // multipleOf
  not_matching,         // pattern
  bad_format,           // format
  not_unique,           // uniqueItems
  none_contained,       // contains
  too_few_contained,    // minContains
  too_many_contained,   // maxContains
  too_few_members,      // minProperties
  too_many_members,     // maxProperties
  missing_dependent,    // dependentRequired
  fits_none,            // anyOf
  fits_not_one,         // oneOf
  fits_forbidden,       // not
  too_complex,          // needs more looks at the text than limits::max_schema_scans
  bad_content,          // contentMediaType: a string that is to hold JSON
};

[[nodiscard]] constexpr bool is_schema_error(errc e) noexcept {
  return e >= errc::wrong_type;
}

}  // namespace callgate::json

// The JSON Schema keyword that was broken, or the name of the syntax error.
template <>
struct callgate::enum_names<callgate::json::errc> {
  static constexpr std::array<std::string_view, 42> names{"unexpected_end",
                                                          "unexpected_byte",
                                                          "bad_literal",
                                                          "bad_number",
                                                          "bad_string",
                                                          "bad_escape",
                                                          "bad_surrogate",
                                                          "bad_utf8",
                                                          "trailing_bytes",
                                                          "duplicate_member",
                                                          "depth_exceeded",
                                                          "arena_exhausted",
                                                          "type",
                                                          "range",
                                                          "required",
                                                          "enum",
                                                          "const",
                                                          "minLength",
                                                          "maxLength",
                                                          "minimum",
                                                          "maximum",
                                                          "minItems",
                                                          "maxItems",
                                                          "unknown_members",
                                                          "false",
                                                          "exclusiveMinimum",
                                                          "exclusiveMaximum",
                                                          "multipleOf",
                                                          "pattern",
                                                          "format",
                                                          "uniqueItems",
                                                          "contains",
                                                          "minContains",
                                                          "maxContains",
                                                          "minProperties",
                                                          "maxProperties",
                                                          "dependentRequired",
                                                          "anyOf",
                                                          "oneOf",
                                                          "not",
                                                          "too_complex",
                                                          "contentMediaType"};
};
