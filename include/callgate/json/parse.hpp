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
// of T. docs/json.md says what is accepted, examples/02_json_only.cpp is a program.
//   text:   octets[0..], one JSON value of T's shape; nothing behind its end is read, none demanded
//   memory: for strings with escapes, and arrays longer than their inline capacity; not reset here
//   T:      a struct that callgen made of a schema; O: what the sender may do beyond that schema
// Units: arena_bytes_needed<T>(text.size()) bytes left in `memory` are always enough.
// Lifetime: strings and raw values are views of `text` or of `memory`: keep both, and do not reset
// the arena, while the payload is used. The error owns what it says.
// Threads: as many at once as there are arenas.
// Errors: the first offence in the order of the text (json::errc, the byte, a JSON Pointer);
// describe_with_caret<T> in json/caret.hpp makes line:column and a caret of it. arena_exhausted
// only for an arena that is smaller than said above.
// Cost: one pass, no heap, no exception.
template <reflected T, read_options O = read_options{}>
[[nodiscard]] result<T, error> parse(std::string_view text, arena& memory) noexcept {
  T out{};
  drops notes;
  if (const auto failed = parse_into<T, O>(text, memory, out, notes)) return failure{*failed};
  return out;
}

}  // namespace callgate::json
