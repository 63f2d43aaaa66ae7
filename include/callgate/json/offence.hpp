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

// Of one line: what would end it, or talk to a terminal, is shown as a space.
inline void add_shown(line& out, std::string_view text) noexcept {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out.add(byte < 0x20 || byte == 0x7f ? std::string_view{" "} : std::string_view{&c, 1});
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
