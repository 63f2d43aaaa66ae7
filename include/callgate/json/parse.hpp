// SPDX-License-Identifier: Apache-2.0
// Reads a JSON text into a generated struct.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/core/result.hpp>
#include <callgate/json/error.hpp>
#include <callgate/json/parse_into.hpp>
#include <callgate/json/read_options.hpp>
#include <callgate/reflect/reflect.hpp>

#include <string_view>

namespace callgate::json {

// The payload, or why there is none: parse_into for callers who need no notes and can afford a copy
// of T. Lifetime: as of parse_into.
template <reflected T, read_options O = read_options{}>
[[nodiscard]] result<T, error> parse(std::string_view text, arena& memory) noexcept {
  T out{};
  drops notes;
  if (const auto failed = parse_into<T, O>(text, memory, out, notes)) return failure{*failed};
  return out;
}

}  // namespace callgate::json
