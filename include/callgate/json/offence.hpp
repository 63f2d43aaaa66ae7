// SPDX-License-Identifier: Apache-2.0
// One thing that is wrong with a JSON text, said in full: where, which keyword, what was expected,
// what was found.
#pragma once

#include <callgate/core/utf8_prefix.hpp>
#include <callgate/json/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <span>
#include <string_view>

namespace callgate::json {

inline constexpr std::size_t max_shown_bytes = 64;  // of a value or an expectation in a line

// What a keyword says in the schema, as text; cut where it is long.
class expectation {
 public:
  void add(std::string_view text) noexcept {
    const std::string_view cut = utf8_prefix(text, max_shown_bytes - size_);
    std::copy_n(cut.data(), cut.size(), text_.data() + size_);
    size_ += cut.size();
    cut_ = cut_ || cut.size() < text.size();
  }
  // One of a list.
  void add_item(std::string_view text, bool is_first) noexcept {
    if (!is_first) add(", ");
    add(text);
  }
  template <class Number>
  void add_number(Number value) noexcept {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    add({digits.data(), static_cast<std::size_t>(end - digits.data())});
  }

  [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), size_}; }
  [[nodiscard]] bool is_cut() const noexcept { return cut_; }

 private:
  std::array<char, max_shown_bytes> text_{};
  std::size_t size_ = 0;
  bool cut_ = false;
};

// Lifetime: found borrows the text, or what was decoded of it.
struct offence {
  error broken{};
  expectation expected{};
  std::string_view found{};  // the value as it stands there; empty where it is x-sensitive
};

namespace detail {

// The bytes of the control character that a text begins with: of C0, DEL, or C1 (U+0080 to U+009F).
[[nodiscard]] inline std::size_t control_bytes(std::string_view text) noexcept {
  const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  if (byte(0) < 0x20 || byte(0) == 0x7f) return 1;
  return byte(0) == 0xc2 && text.size() > 1 && byte(1) < 0xa0 ? 2 : 0;
}

// Of one line: what would end it, or talk to a terminal, is shown as a space.
inline void add_shown(line& out, std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t control = control_bytes(text);
    out.add(control != 0 ? std::string_view{" "} : text.substr(0, 1));
    text.remove_prefix(control != 0 ? control : 1);
  }
}

inline void add_cut(line& out, std::string_view text, bool is_cut = false) noexcept {
  const std::string_view cut = utf8_prefix(text, max_shown_bytes);
  add_shown(out, cut);
  if (is_cut || cut.size() < text.size()) out.add("...");
}

}  // namespace detail

// "/a/b: maxLength 3: found "abcd" at byte 12", on one line, cut at the end of `out`.
[[nodiscard]] inline std::string_view describe(const offence& what, std::span<char> out) noexcept {
  detail::line text{out};
  const std::string_view where = what.broken.pointer();
  if (!where.empty() || is_schema_error(what.broken.code)) {
    detail::add_shown(text, where.empty() ? std::string_view{"(root)"} : where);
    text.add(": ");
  }
  text.add(enum_name(what.broken.code));
  if (!what.expected.view().empty()) {
    text.add(" ");
    detail::add_cut(text, what.expected.view(), what.expected.is_cut());
  }
  if (!what.found.empty()) text.add(": found "), detail::add_cut(text, what.found);
  text.add(" at byte ");
  text.add(what.broken.offset);
  return {out.data(), text.size};
}

}  // namespace callgate::json
