// SPDX-License-Identifier: Apache-2.0
// Where and why a JSON text was refused.
#pragma once

#include <callgate/json/errc.hpp>
#include <callgate/json/pointer_text.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <span>
#include <string_view>

namespace callgate::json {

// Owns everything it says: it outlives the text.
struct error {
  errc code{};
  // Units: bytes from the start of the text. Syntax errors: the offending byte, or the size of the
  // text. Schema errors: where the value begins; for duplicate_member and unknown_member the
  // member's name, for missing_member the closing brace.
  std::size_t offset = 0;
  pointer_text where{};  // for syntax errors the innermost value that the schema knows

  [[nodiscard]] constexpr std::string_view pointer() const noexcept { return where.view(); }
};

namespace detail {

// Appends what fits.
struct line {
  std::span<char> out;
  std::size_t size = 0;

  void add(std::string_view text) noexcept {
    const std::size_t n = std::min(text.size(), out.size() - size);
    std::copy_n(text.data(), n, out.data() + size);
    size += n;
  }
  void add(std::size_t number) noexcept {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    add({digits, static_cast<std::size_t>(end - digits)});
  }
};

}  // namespace detail

// One line for people: "/data/task_id: required" or "bad_number at byte 17"; the root's pointer is
// written "(root)". Cut when out is too small. Lifetime: the view is of out.
[[nodiscard]] inline std::string_view describe(const error& e, std::span<char> out) noexcept {
  detail::line text{out};
  if (is_schema_error(e.code)) {
    text.add(e.pointer().empty() ? std::string_view{"(root)"} : e.pointer());
    text.add(": ");
    text.add(enum_name(e.code));
  } else {
    text.add(enum_name(e.code));
    text.add(" at byte ");
    text.add(e.offset);
  }
  return {out.data(), text.size};
}

}  // namespace callgate::json
