// SPDX-License-Identifier: Apache-2.0
// regex: is a text a regular expression of ECMA-262 with the flag u? It is read, not run.
#pragma once

#include <callgate/schema/formats/scanner.hpp>

#include <cstddef>
#include <string_view>

namespace callgate::schema::formats {

namespace detail {

class regex_syntax {
 public:
  explicit constexpr regex_syntax(std::string_view text) noexcept : in_{text} {}

  [[nodiscard]] constexpr bool holds() noexcept { return disjunction(0) && in_.at_end(); }

 private:
  static constexpr int max_depth = 64;

  static constexpr bool is_syntax(char c) noexcept {
    return std::string_view{"^$\\.*+?()[]{}|"}.find(c) != std::string_view::npos;
  }

  constexpr bool take(std::string_view text) noexcept {
    if (in_.rest.substr(0, text.size()) != text) return false;
    return in_.rest.remove_prefix(text.size()), true;
  }

  constexpr bool disjunction(int depth) noexcept {
    if (depth == max_depth) return false;
    for (;;) {
      while (!in_.at_end() && in_.peek() != '|' && in_.peek() != ')')
        if (!term(depth)) return false;
      if (!in_.take('|')) return true;
    }
  }

  constexpr bool term(int depth) noexcept {
    if (in_.take('^') || in_.take('$') || take("\\b") || take("\\B")) return true;
    bool repeatable = true;
    return atom(depth, repeatable) && quantifier(repeatable);
  }

  constexpr bool atom(int depth, bool& repeatable) noexcept {
    if (in_.take('(')) return group(depth, repeatable);
    if (in_.take('[')) return character_class();
    if (in_.take('\\')) return escape(false);
    if (in_.take('.')) return true;
    if (is_syntax(in_.peek())) return false;
    return in_.rest.remove_prefix(1), true;
  }

  constexpr bool group(int depth, bool& repeatable) noexcept {
    for (const std::string_view look : {"?=", "?!", "?<=", "?<!"})
      if (take(look)) repeatable = false;
    if (repeatable && !take("?:") && in_.take('?') && !group_name()) return false;
    return disjunction(depth + 1) && in_.take(')');
  }

  constexpr bool group_name() noexcept {
    if (!in_.take('<') || is_digit(in_.peek())) return false;
    const auto name = in_.take_while(
        [](char c) { return is_alphanumeric(c) || c == '_' || c == '$' || is_beyond_ascii(c); });
    return !name.empty() && in_.take('>');
  }

  constexpr bool quantifier(bool repeatable) noexcept {
    const scanner before = in_;
    if (!in_.take('*') && !in_.take('+') && !in_.take('?') && !braces()) {
      in_ = before;
      return in_.peek() != '{';
    }
    (void)in_.take('?');
    return repeatable;
  }

  constexpr bool braces() noexcept {
    if (!in_.take('{')) return false;
    const std::string_view low = in_.take_while(is_digit);
    if (low.empty()) return false;
    if (!in_.take(',')) return in_.take('}');
    const std::string_view high = in_.take_while(is_digit);
    return in_.take('}') && (high.empty() || !is_less(high, low));
  }

  static constexpr bool is_less(std::string_view one, std::string_view other) noexcept {
    for (std::string_view* number : {&one, &other})
      while (number->size() > 1 && number->front() == '0') number->remove_prefix(1);
    return one.size() != other.size() ? one.size() < other.size() : one < other;
  }

  // The backslash has been read.
  constexpr bool escape(bool in_class) noexcept {
    const char c = in_.peek();
    if (in_.at_end()) return false;
    in_.rest.remove_prefix(1);
    switch (c) {
      case 'c': return is_letter(in_.peek()) && in_.take(in_.peek());
      case 'x': return digits(2);
      case 'u': return unicode();
      case 'p':
      case 'P': return property();
      case 'k': return !in_class && group_name();
      case '0': return !is_digit(in_.peek());
      default: break;
    }
    if (is_digit(c)) return !in_class && (in_.take_while(is_digit), true);
    if (in_class && (c == 'b' || c == '-')) return true;
    return is_syntax(c) || c == '/' ||
           std::string_view{"dDwWsStnvfr"}.find(c) != std::string_view::npos;
  }

  constexpr bool digits(std::size_t count) noexcept {
    for (; count != 0; --count)
      if (!is_hex(in_.peek()) || !in_.take(in_.peek())) return false;
    return true;
  }

  constexpr bool unicode() noexcept {
    if (!in_.take('{')) return digits(4);
    std::string_view code = in_.take_while(is_hex);
    while (code.size() > 1 && code.front() == '0') code.remove_prefix(1);
    const bool fits = code.size() < 6 || (code.size() == 6 && code.substr(0, 2) == "10");
    return !code.empty() && fits && in_.take('}');
  }

  constexpr bool property() noexcept {
    const auto is_name = [](char c) { return is_alphanumeric(c) || c == '_'; };
    if (!in_.take('{') || in_.take_while(is_name).empty()) return false;
    if (in_.take('=') && in_.take_while(is_name).empty()) return false;
    return in_.take('}');
  }

  constexpr bool character_class() noexcept {
    (void)in_.take('^');
    while (!in_.take(']')) {
      int low = 0, high = 0;
      if (!class_atom(low)) return false;
      if (in_.peek() != '-' || in_.rest.substr(0, 2) == "-]") continue;
      (void)in_.take('-');
      if (!class_atom(high) || low == no_end || high == no_end) return false;
      if (low != any_end && high != any_end && low > high) return false;
    }
    return true;
  }

  // What a range may begin or end with: its byte, 0x80 for all beyond ASCII.
  static constexpr int any_end = -1;  // of an escape that is not looked at more closely
  static constexpr int no_end = -2;   // a class

  constexpr bool class_atom(int& value) noexcept {
    if (in_.at_end()) return false;
    if (in_.take('\\')) {
      const char c = in_.peek();
      if (!escape(true)) return false;
      const bool is_class = std::string_view{"dDwWsSpP"}.find(c) != std::string_view::npos;
      value = is_class ? no_end : is_syntax(c) || c == '-' || c == '/' ? c : any_end;
      return true;
    }
    value = is_beyond_ascii(in_.peek()) ? 0x80 : in_.peek();
    in_.rest.remove_prefix(1);
    if (value == 0x80) (void)in_.take_while([](char c) { return (c & 0xc0) == 0x80; });
    return true;
  }

  scanner in_;
};

}  // namespace detail

[[nodiscard]] constexpr bool is_regex(std::string_view text) noexcept {
  return detail::regex_syntax{text}.holds();
}

}  // namespace callgate::schema::formats
