// SPDX-License-Identifier: Apache-2.0
// Reads a JSON text into a struct that the caller owns, and says what was dropped.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/json/detail/engine.hpp>
#include <callgate/json/detail/layout.hpp>
#include <callgate/json/detail/progress.hpp>
#include <callgate/json/detail/reader.hpp>
#include <callgate/json/drops.hpp>
#include <callgate/json/error.hpp>
#include <callgate/json/instruction_set.hpp>
#include <callgate/json/read_options.hpp>
#include <callgate/reflect/reflect.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace callgate::json {

// Nothing when `out` holds the payload; else the first offence in the order of the text, and `out`
// is unspecified. What `out` and `notes` held does not matter. Lifetime: strings and raw values are
// views of `text` or of `memory`; long arrays are in `memory`. Errors: every errc. arena_exhausted
// never, if `memory` has arena_bytes_needed<T>(text.size()) bytes left. Cost: one pass, no heap; a
// text that is refused, or of which something is dropped, is read once more by the exact reader.
// Demands: the machine has the instructions of `with`.
template <reflected T, read_options O = read_options{}>
[[nodiscard]] std::optional<error> parse_into(
    std::string_view text, arena& memory, T& out, drops& notes,
    instruction_set with = best_instruction_set()) noexcept {
  static constexpr read_options options = detail::checked<O>();
  constexpr const detail::value_layout& layout = detail::layout_of_value<T>;
  notes.count = 0;
  if constexpr (detail::has_tables(layout) && detail::height_of(layout) <= O.max_depth) {
    const std::size_t mark = memory.used();
    if (detail::engine::read(*layout.object, text, options, memory, &out, with))
      return std::nullopt;
    memory.rewind(mark);
  }
  return detail::read_exactly<detail::room_for(layout)>(layout, text, options, memory, &out, notes);
}

}  // namespace callgate::json
