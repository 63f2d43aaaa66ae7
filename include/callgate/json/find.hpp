// SPDX-License-Identifier: Apache-2.0
// Takes one value out of a JSON text by its pointer, without a schema.
#pragma once

#include <callgate/json/cursor.hpp>
#include <callgate/json/detail/pointer_token.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/json/skip.hpp>
#include <callgate/json/string.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace callgate::json {

namespace detail {

// From the opening brace to the value of the first member of that name.
inline bool find_member(cursor& in, std::string_view token) noexcept {
  if (!in.expect('{')) return false;
  for (bool first = true, more = true;;) {
    string_token key;
    if (!in.next_item('}', first, more) || !more) return false;
    if (!scan_string(in, key) || !in.colon()) return false;
    if (token_names(token, key)) return true;
    if (!skip_value(in, max_nesting)) return false;
  }
}

// From the opening bracket to the item of that index.
inline bool find_item(cursor& in, std::string_view token) noexcept {
  const std::optional<std::size_t> index = token_index(token);
  if (!index || !in.expect('[')) return false;
  bool first = true;
  bool more = true;
  for (std::size_t i = 0; i < *index; ++i)
    if (!in.next_item(']', first, more) || !more || !skip_value(in, max_nesting)) return false;
  return in.next_item(']', first, more) && more;
}

}  // namespace detail

// The value at a JSON Pointer; nothing when there is none. Of members of one name the first counts.
// Meant for texts that were checked before; in others, what lies before the value is checked, what
// lies behind is not. Lifetime: a view of `text`. Cost: one pass up to the value's end; no
// recursion, no heap. Source: RFC 6901.
[[nodiscard]] inline std::optional<raw_value> find(std::string_view text,
                                                   std::string_view pointer) noexcept {
  cursor in{text};
  in.skip_space();
  while (!pointer.empty()) {
    if (pointer.front() != '/') return std::nullopt;
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    const bool found =
        in.peek() == '{' ? detail::find_member(in, token) : detail::find_item(in, token);
    if (!found) return std::nullopt;
  }
  const char* const begin = in.at;
  if (!skip_value(in, max_nesting)) return std::nullopt;
  return raw_value{{begin, static_cast<std::size_t>(in.at - begin)}};
}

}  // namespace callgate::json
