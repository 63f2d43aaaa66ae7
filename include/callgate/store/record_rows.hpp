// SPDX-License-Identifier: Apache-2.0
// Rows of a task's records as a store gives them: for the history API. Cold path, owns its text.
#pragma once

#include <callgate/provider/record.hpp>
#include <callgate/provider/scalar.hpp>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace callgate::store {

// monostate: absent or cleared. Otherwise what the column's type says: text and json std::string,
// integer and timestamp std::int64_t.
using record_value = std::variant<std::monostate, std::string, std::int64_t, double, bool>;

[[nodiscard]] inline record_value owned(const scalar& value) {
  using type = scalar::type;
  switch (value.kind) {
    case type::text: return std::string{value.text};
    case type::integer: return value.integer;
    case type::number: return value.number;
    case type::boolean: return value.boolean;
    case type::cleared:
    case type::null: break;
  }
  return {};
}

// Lifetime: a view of the value.
[[nodiscard]] inline scalar borrowed(const record_value& value) {
  using type = scalar::type;
  if (const auto* text = std::get_if<std::string>(&value)) return {type::text, *text};
  if (const auto* integer = std::get_if<std::int64_t>(&value))
    return {.kind = type::integer, .integer = *integer};
  if (const auto* number = std::get_if<double>(&value))
    return {.kind = type::number, .number = *number};
  if (const auto* boolean = std::get_if<bool>(&value))
    return {.kind = type::boolean, .boolean = *boolean};
  return {};
}

// One value of a task's context.
struct context_text {
  std::string name;
  record_value value;
};

struct record_rows {
  const record_plan* plan = nullptr;
  std::vector<std::vector<record_value>> rows{};  // by key; values in the order of plan->columns
};

}  // namespace callgate::store
