// SPDX-License-Identifier: Apache-2.0
// The values that hold no others: booleans, numbers, strings, and what is kept as text.
#pragma once

#include <callgate/config.hpp>
#include <callgate/json/detail/checks.hpp>
#include <callgate/json/detail/layout.hpp>
#include <callgate/json/detail/reader_place.hpp>
#include <callgate/json/detail/slots.hpp>
#include <callgate/json/number.hpp>

#include <cstddef>
#include <string_view>

namespace callgate::json::detail {

class scalar_reader : protected reader_place {
 protected:
  using reader_place::reader_place;

  bool read_raw(const value_layout& v, char* out, const path* where) noexcept {
    const char* const start = in_.at;
    if (!skip(where)) return false;
    put(out, v.flag, std::string_view{start, static_cast<std::size_t>(in_.at - start)});
    return true;
  }

  bool read_boolean(const value_layout& v, const rule& rules, char* out,
                    const path* where) noexcept {
    const bool value = in_.peek() == 't';
    if (!value && in_.peek() != 'f') return mismatch(v, rules, where);
    put(out, v.flag, value);
    return in_.literal(value ? "true" : "false") || syntax(where);
  }

  CALLGATE_NOINLINE bool read_number(const value_layout& v, const rule& rules, char* out,
                                     const path* where) noexcept {
    const char* const start = in_.at;
    const std::size_t mark = memory_.used();
    number_token token;
    if (options_.numbers_in_strings && in_.peek() == '"') {
      std::string_view text;
      if (!read_string(text, where)) return false;
      cursor inner{text};
      if (!scan_number(inner, token) || inner.at != inner.end)
        return offend(errc::wrong_type, start, v, rules, where);
    } else if (in_.peek() == '-' || is_digit(in_.peek())) {
      if (!scan_number(in_, token)) return syntax(where);
    } else {
      return mismatch(v, rules, where);
    }
    const verdict bad = v.take_number(token, rules, out);
    const bool good = (!bad || offend(*bad, start, v, rules, where)) &&
                      holds(rules.also, token.text, start, where);
    memory_.rewind(mark);
    return good;
  }

  // Strings, enums of strings, and enums that the sender may extend.
  CALLGATE_NOINLINE bool read_text(const value_layout& v, const rule& rules, char* out,
                                   const path* where) noexcept {
    const char* const start = in_.at;
    if (in_.peek() != '"') return mismatch(v, rules, where);
    std::string_view text;
    if (!read_string(text, where)) return false;
    if (const verdict bad = check_text(text, rules); bad && !offend(*bad, start, v, rules, where))
      return false;
    if (v.is == shape::name) {
      if (v.optional()) out[v.flag] = 1;
      return put_name(*v.name, find_name_from(0, *v.name, text), text, out) ||
             offend(errc::not_in_enum, start, v, rules, where);
    }
    put(out, v.flag, text);
    return holds(rules.content, text, start, where, is_secret(v, rules));
  }
};

}  // namespace callgate::json::detail
