// SPDX-License-Identifier: Apache-2.0
// A place in a JSON text, and the steps that every reader of it shares.
#pragma once

#include <callgate/json/errc.hpp>

#include <cstddef>
#include <string_view>

namespace callgate::json {

// Steps answer false on a syntax error: `code` says why and `at` is the offending byte, or the end.
// Lifetime: a view of the text; reads nothing at or beyond `end`.
struct cursor {
  const char* at = nullptr;
  const char* end = nullptr;
  errc code{};

  constexpr cursor() = default;
  constexpr explicit cursor(std::string_view text) noexcept
      : at(text.data()), end(text.data() + text.size()) {}

  // The byte here; NUL, which no JSON token begins with, at the end.
  [[nodiscard]] constexpr char peek() const noexcept { return at != end ? *at : '\0'; }

  constexpr bool fail(errc why) noexcept { return code = why, false; }
  // `why`, unless the text stops here.
  constexpr bool fail_here(errc why) noexcept {
    return fail(at == end ? errc::unexpected_end : why);
  }

  constexpr void skip_space() noexcept {
    while (at != end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) ++at;
  }

  constexpr bool expect(char c) noexcept {
    if (at == end || *at != c) return fail_here(errc::unexpected_byte);
    return ++at, true;
  }

  // One of true, false, null; the first letter has been seen.
  constexpr bool literal(std::string_view word) noexcept {
    for (const char c : word) {
      if (at == end || *at != c) return fail_here(errc::bad_literal);
      ++at;
    }
    return true;
  }

  constexpr bool colon() noexcept {
    skip_space();
    if (!expect(':')) return false;
    skip_space();
    return true;
  }

  // Goes to the next item of an array or object, or over its closing bracket: then `more` is false.
  // `first` is true after the opening bracket, and false from then on.
  constexpr bool next_item(char close, bool& first, bool& more) noexcept {
    skip_space();
    if (at != end && *at == close) return ++at, more = false, true;
    more = true;
    if (first) return first = false, true;
    if (!expect(',')) return false;
    skip_space();
    return true;
  }
};

}  // namespace callgate::json
