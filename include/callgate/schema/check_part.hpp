// SPDX-License-Identifier: Apache-2.0
// One value within a text against one node of a schema: what the rules of members do not
// say themselves.
#pragma once

#include <callgate/json/check_report.hpp>
#include <callgate/schema/describe.hpp>
#include <callgate/schema/validator.hpp>

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

}  // namespace detail

// False if the value breaks the node; then the report says where, counted from the value.
// Demands: value is valid JSON. Cost: as of validate().
[[nodiscard]] inline bool check_part(document schema, index at, std::string_view value,
                                     json::check_report& out) noexcept {
  const auto told = [&out](const violation& found) { return detail::report(found, out); };
  validator checked{schema, value, told};
  json::cursor in{value};
  const bool good = checked.check(at, in, nullptr);
  if (!checked.is_exhausted()) return good;
  (void)detail::report({.code = json::errc::too_complex, .demand = &schema[at]}, out);
  return false;
}

}  // namespace callgate::schema
