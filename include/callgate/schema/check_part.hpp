// SPDX-License-Identifier: Apache-2.0
// One value within a text against one node of a schema: what the rules of members do not
// say themselves.
#pragma once

#include <callgate/json/error.hpp>
#include <callgate/schema/validator.hpp>

#include <string_view>

namespace callgate::schema {

// False if the value breaks the node; then `broken` says where, counted from the value.
// Demands: value is valid JSON. Cost: as of validate().
[[nodiscard]] inline bool check_part(document schema, index at, std::string_view value,
                                     json::error& broken) noexcept {
  const auto first = [&broken](const violation& found) {
    broken = {.code = found.code, .offset = found.offset, .where = found.where};
    return false;
  };
  validator checked{schema, value, first};
  json::cursor in{value};
  const bool good = checked.check(at, in, nullptr);
  if (!checked.is_exhausted()) return good;
  broken = {.code = json::errc::too_complex};
  return false;
}

}  // namespace callgate::schema
