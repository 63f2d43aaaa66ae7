// SPDX-License-Identifier: Apache-2.0
// Goes once over a JSON text and shows a visitor its containers, strings and integers.
#pragma once

#include <callgate/json/cursor.hpp>
#include <callgate/json/number.hpp>
#include <callgate/json/skip.hpp>
#include <callgate/json/string.hpp>

#include <cstddef>
#include <string_view>

namespace callgate::json::detail {

// Calls of the visitor, in the order of the text; name is nullptr for items and for the root:
//   opened(), closed()          around what a container holds
//   leaf(name, token, is_text)  a string, or an integer as it is written; false ends the walk
// Containers deeper than `levels` are gone over without a look. No recursion.
template <class Visitor>
class walk {
 public:
  // levels <= most <= max_nesting; a text that is nested deeper than `most` counts as no JSON.
  walk(std::string_view text, std::size_t levels, std::size_t most, Visitor& visitor) noexcept
      : in_(text), begin_(text.data()), levels_(levels), most_(most), visitor_(visitor) {}

  // True if all of the text is one JSON value and the visitor has seen it to its end.
  bool run() noexcept {
    in_.skip_space();
    for (bool more = true; more;) {
      const bool enters = (in_.peek() == '{' || in_.peek() == '[') && open_.depth() < levels_;
      if (enters)
        enter();
      else if (!show_leaf())
        return false;
      if (!go_on(enters, more)) return false;
    }
    in_.skip_space();
    return in_.at == in_.end;
  }

  [[nodiscard]] std::size_t visited_bytes() const noexcept {
    return static_cast<std::size_t>(in_.at - begin_);
  }

 private:
  void enter() noexcept {
    open_.push(*in_.at == '{');
    ++in_.at;
    visitor_.opened();
  }

  bool show_leaf() noexcept {
    const string_token* const name = open_.depth() != 0 && open_.in_object() ? &name_ : nullptr;
    const char first = in_.peek();
    if (string_token text; first == '"')
      return scan_string(in_, text) && visitor_.leaf(name, text, true);
    if (number_token number; first == '-' || is_digit(first))
      return scan_number(in_, number) &&
             (!number.integral || visitor_.leaf(name, {number.text, false}, false));
    return skip_value(in_, most_ - open_.depth());
  }

  // Closes what ends here and goes to the next value of what does not.
  bool go_on(bool first, bool& more) noexcept {
    for (; open_.depth() != 0; first = false) {
      if (!in_.next_item(open_.in_object() ? '}' : ']', first, more)) return false;
      if (more) return !open_.in_object() || (scan_string(in_, name_) && in_.colon());
      open_.pop();
      visitor_.closed();
    }
    return more = false, true;
  }

  cursor in_;
  const char* begin_;
  std::size_t levels_;
  std::size_t most_;
  Visitor& visitor_;
  nesting open_;
  string_token name_{};
};

}  // namespace callgate::json::detail
