// SPDX-License-Identifier: Apache-2.0
// The values that hold no others: booleans, numbers, strings, and what is kept as text.
#pragma once

#include <callgate/json/detail/checks.hpp>
#include <callgate/json/detail/reader_place.hpp>
#include <callgate/json/detail/shape.hpp>
#include <callgate/json/number.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/reflect/enum_names.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace callgate::json::detail {

template <read_options O, class Listener>
class scalar_reader : protected reader_place<O, Listener> {
  using base = reader_place<O, Listener>;

 protected:
  using base::base;
  using base::holds, base::read_string, base::skip, base::syntax;
  using base::in_, base::memory_;

  bool read_raw(raw_value& out, const path* where) noexcept {
    const char* const start = in_.at;
    if (!skip(where)) return false;
    out.text = {start, static_cast<std::size_t>(in_.at - start)};
    return true;
  }

  bool read_boolean(bool& out, const rule& rules, const path* where) noexcept {
    out = in_.peek() == 't';
    if (!out && in_.peek() != 'f') return this->template mismatch<bool>(rules, where);
    return in_.literal(out ? "true" : "false") || syntax(where);
  }

  template <class T>
  bool read_number(T& out, const rule& rules, const path* where) noexcept {
    const char* const start = in_.at;
    const std::size_t mark = memory_.used();
    number_token token;
    if (O.numbers_in_strings && in_.peek() == '"') {
      std::string_view text;
      if (!read_string(text, where)) return false;
      cursor inner{text};
      if (!scan_number(inner, token) || inner.at != inner.end)
        return this->template offend<T>(errc::wrong_type, start, rules, where);
    } else if (in_.peek() == '-' || is_digit(in_.peek())) {
      if (!scan_number(in_, token)) return syntax(where);
    } else {
      return this->template mismatch<T>(rules, where);
    }
    const verdict bad = convert(token, rules, out);
    const bool good = (!bad || this->template offend<T>(*bad, start, rules, where)) &&
                      holds(rules.also, token.text, start, where);
    memory_.rewind(mark);
    return good;
  }

  template <class T>
  static verdict convert(const number_token& token, const rule& rules, T& out) noexcept {
    if constexpr (std::floating_point<T>) {
      double wide = 0;  // a float would be rounded before it meets its bounds
      if (const verdict bad = to_floating(token, wide)) return bad;
      if (const verdict bad = to_floating(token, out)) return bad;
      return check_floating(wide, rules);
    } else {
      if (const verdict bad = to_integer(token, out)) return bad;
      using wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
      return check_integer(static_cast<wide>(out), rules);
    }
  }

  // Strings, enums of strings, and enums that the sender may extend.
  template <class T>
  bool read_text(T& out, const rule& rules, const path* where) noexcept {
    const char* const start = in_.at;
    if (in_.peek() != '"') return this->template mismatch<T>(rules, where);
    std::string_view text;
    if (!read_string(text, where)) return false;
    if (const verdict bad = check_text(text, rules);
        bad && !this->template offend<T>(*bad, start, rules, where))
      return false;
    if constexpr (std::same_as<T, std::string_view>) {
      if (rules.content != nullptr &&
          !holds(rules.content, text, start, where, is_secret<T>(rules)))
        return false;
      out = text;
    } else if constexpr (is_open_enum<T>) {
      out.text = text;
      out.known = enum_from_name<typename decltype(out.known)::value_type>(text);
    } else {
      const std::optional<T> known = enum_from_name<T>(text);
      if (!known) return this->template offend<T>(errc::not_in_enum, start, rules, where);
      out = *known;
    }
    return true;
  }
};

}  // namespace callgate::json::detail
