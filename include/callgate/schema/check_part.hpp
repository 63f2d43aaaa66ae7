// SPDX-License-Identifier: Apache-2.0
// One value within a text against one node of a schema: what the rules of members do not
// say themselves.
#pragma once

#include <callgate/json/check_report.hpp>
#include <callgate/json/validate.hpp>
#include <callgate/schema/describe.hpp>
#include <callgate/schema/validator.hpp>

#include <cstddef>
#include <string_view>

namespace callgate::schema {

namespace detail {

// Whether to go on: where somebody hears all of them.
inline bool report(const violation& found, json::check_report& out) noexcept {
  out.broken = {.code = found.code, .offset = found.offset, .where = found.where};
  if (out.hear == nullptr) return false;
  out.hear(out.ear, to_offence(found));
  return true;
}

template <class Sink>
bool check_with(document schema, index at, std::string_view value, json::check_report& out,
                const Sink& told) noexcept {
  validator checked{schema, value, told};
  json::cursor in{value};
  in.skip_space();
  const bool good = checked.check(at, in, nullptr);
  if (!checked.is_exhausted()) return good;
  (void)report({.code = json::errc::too_complex, .demand = &schema[at]}, out);
  return false;
}

}  // namespace detail

// False if the value breaks the node; then the report says where, counted from the value.
// Demands: value is valid JSON. Cost: as of validate().
[[nodiscard]] inline bool check_part(document schema, index at, std::string_view value,
                                     json::check_report& out) noexcept {
  const auto told = [&out](const violation& found) { return detail::report(found, out); };
  return detail::check_with(schema, at, value, out, told);
}

// The same of what a string holds, once it is decoded: JSON of its own, in which no offset is one
// of the body.
[[nodiscard]] inline bool check_content(document schema, index at, std::string_view text,
                                        std::size_t max_depth, json::check_report& out) noexcept {
  const violation no_json{.code = json::errc::bad_content,
                          .found = schema[at].sensitive ? std::string_view{} : text,
                          .demand = &schema[at]};
  if (json::validate(text, max_depth)) return (void)detail::report(no_json, out), false;
  const auto told = [&](violation found) {
    found.offset = 0;
    // What would be no JSON in a body breaks the schema here.
    return detail::report(json::is_schema_error(found.code) ? found : no_json, out);
  };
  return detail::check_with(schema, at, text, out, told);
}

}  // namespace callgate::schema
