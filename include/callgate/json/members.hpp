// SPDX-License-Identifier: Apache-2.0
// Goes over the members of an object without a schema.
#pragma once

#include <callgate/json/cursor.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/json/skip.hpp>
#include <callgate/json/string.hpp>

#include <cstddef>
#include <string_view>

namespace callgate::json {

// Calls with(name, value) for each member, in the order of the text; the name as it is written,
// escapes included. Stops at what is no JSON. False: the value is no object, or broken.
// Lifetime: views of the object's text.
template <class With>
[[nodiscard]] bool for_each_member(raw_value object, With with) {
  cursor in{object.text};
  in.skip_space();
  if (!in.expect('{')) return false;
  for (bool first = true, more = true;;) {
    if (!in.next_item('}', first, more)) return false;
    if (!more) return true;
    string_token key;
    if (!scan_string(in, key) || !in.colon()) return false;
    const char* const begin = in.at;
    if (!skip_value(in, max_nesting)) return false;
    with(key.text, raw_value{{begin, static_cast<std::size_t>(in.at - begin)}});
  }
}

}  // namespace callgate::json
