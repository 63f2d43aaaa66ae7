// SPDX-License-Identifier: Apache-2.0
// Everything that is wrong with a JSON text by the rules of a generated struct, for people.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/json/detail/demands.hpp>
#include <callgate/json/detail/engine.hpp>
#include <callgate/json/detail/layout.hpp>
#include <callgate/json/detail/listener.hpp>
#include <callgate/json/detail/progress.hpp>
#include <callgate/json/detail/reader.hpp>
#include <callgate/json/drops.hpp>
#include <callgate/json/error.hpp>
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
  static constexpr read_options options = detail::checked<O>();
  constexpr const detail::value_layout& layout = detail::layout_of_value<T>;
  const auto hear = [](void* to, const offence& what) -> bool {
    return (*static_cast<Sink*>(to))(what);
  };
  detail::listener heard{.sink = &sink, .hear = hear, .demanded = detail::demand_of};
  drops notes;
  const std::optional<error> failed = detail::read_exactly<detail::room_for(layout)>(
      layout, text, options, memory, &out, notes, &heard);
  if (failed) heard.tell({.broken = *failed});
  return !heard.told;
}

}  // namespace callgate::json
