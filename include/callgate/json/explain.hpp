// SPDX-License-Identifier: Apache-2.0
// Everything that is wrong with a JSON text by the rules of a generated struct, for people.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/json/detail/reader.hpp>
#include <callgate/json/offence.hpp>
#include <callgate/json/read_options.hpp>
#include <callgate/reflect/reflect.hpp>

#include <optional>
#include <string_view>

namespace callgate::json {

// Calls sink(const offence&) -> bool for each thing that is wrong, until it returns false; `out` is
// scratch. Returns whether nothing is. The same reader as parse_into's: it refuses a text exactly
// when this finds something, and the first thing found is its error. Of a value of a wrong type
// that is all that is said; a text that is no JSON is read to where it ceases to be.
// Demands: memory as for parse_into. Cost: no heap; what is told is read again.
template <reflected T, read_options O = read_options{}, class Sink>
[[nodiscard]] bool explain(std::string_view text, arena& memory, T& out, Sink sink) noexcept {
  std::optional<error> failed;
  drops notes;
  out = T{};
  detail::reader<O, detail::listener<Sink>> reader{text, memory, notes, failed, {&sink}};
  (void)reader.read_document(out);
  return reader.was_silent();
}

}  // namespace callgate::json
