// SPDX-License-Identifier: Apache-2.0
// A slow JSON parser, written to be obviously right: what the library's readers are compared with.
#pragma once

#include <callgate/json/errc.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace callgate::test {

struct dom;
struct dom_null {};
struct dom_number {
  std::string text;
};
using dom_array = std::vector<dom>;
struct dom_pair;
using dom_object = std::vector<dom_pair>;  // in the text's order, repeated names included

struct dom {
  std::size_t begin = 0;  // of the value's text
  std::size_t end = 0;
  std::variant<dom_null, bool, dom_number, std::string, dom_array, dom_object> value;
};
struct dom_pair {
  std::size_t begin;  // of the name's opening quote
  std::string name;
  dom value;
};

struct syntax_error {
  json::errc code;
  std::size_t offset;
};

// Throws syntax_error.
class reference_parser {
 public:
  reference_parser(std::string_view text, std::size_t max_depth)
      : text_(text), max_depth_(max_depth) {}

  dom document() {
    space();
    dom out = value(0);
    space();
    if (at_ < text_.size()) fail(json::errc::trailing_bytes);
    return out;
  }

 private:
  using errc = json::errc;

  [[noreturn]] void fail(errc code) const { fail(code, at_); }
  [[noreturn]] void fail(errc code, std::size_t offset) const { throw syntax_error{code, offset}; }

  char look(errc otherwise = errc::unexpected_end) const {
    if (at_ >= text_.size()) fail(otherwise);
    return text_[at_];
  }
  bool ahead(char c) const { return at_ < text_.size() && text_[at_] == c; }
  void space() {
    while (ahead(' ') || ahead('\t') || ahead('\n') || ahead('\r')) ++at_;
  }
  void take(char c, errc otherwise) {
    if (look() != c) fail(otherwise);
    ++at_;
  }

  dom value(std::size_t depth) {
    dom out;
    out.begin = at_;
    const char c = look();
    if (c == '{' || c == '[') {
      if (depth == max_depth_) fail(errc::depth_exceeded);
      if (c == '{')
        out.value = object(depth + 1);
      else
        out.value = array(depth + 1);
    } else if (c == '"') {
      out.value = string();
    } else if (c == 't') {
      word("true"), out.value = true;
    } else if (c == 'f') {
      word("false"), out.value = false;
    } else if (c == 'n') {
      word("null"), out.value = dom_null{};
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      out.value = number();
    } else if (c == '+' || c == '.' || c == 'N' || c == 'I') {
      fail(errc::bad_number);
    } else {
      fail(errc::unexpected_byte);
    }
    out.end = at_;
    return out;
  }

  void word(std::string_view w) {
    for (const char c : w) take(c, errc::bad_literal);
  }

  dom_array array(std::size_t depth) {
    dom_array out;
    ++at_, space();
    if (ahead(']')) return ++at_, out;
    for (;;) {
      out.push_back(value(depth));
      space();
      if (ahead(']')) return ++at_, out;
      take(',', errc::unexpected_byte);
      space();
    }
  }

  dom_object object(std::size_t depth) {
    dom_object out;
    ++at_, space();
    if (ahead('}')) return ++at_, out;
    for (;;) {
      const std::size_t begin = at_;
      if (look() != '"') fail(errc::unexpected_byte);
      std::string name = string();
      space();
      take(':', errc::unexpected_byte);
      space();
      out.push_back({begin, std::move(name), value(depth)});
      space();
      if (ahead('}')) return ++at_, out;
      take(',', errc::unexpected_byte);
      space();
    }
  }

  void digits() {
    if (const char c = look(); c < '0' || c > '9') fail(errc::bad_number);
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
  }

  dom_number number() {
    const std::size_t begin = at_;
    if (ahead('-')) ++at_;
    if (ahead('0')) {
      ++at_;
      if (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') fail(errc::bad_number);
    } else {
      digits();
    }
    if (ahead('.')) ++at_, digits();
    if (ahead('e') || ahead('E')) {
      ++at_;
      if (ahead('+') || ahead('-')) ++at_;
      digits();
    }
    return {std::string{text_.substr(begin, at_ - begin)}};
  }

  std::string string() {
    std::string out;
    ++at_;
    for (;;) {
      const auto c = static_cast<unsigned char>(look());
      if (c == '"') return ++at_, out;
      if (c == '\\')
        append_utf8(out, escape());
      else if (c < 0x20)
        fail(errc::bad_string);
      else
        append_utf8(out, character());
    }
  }

  std::uint32_t hex4() {
    std::uint32_t out = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const std::size_t digit = std::string_view{"0123456789abcdef0123456789ABCDEF"}.find(look());
      if (digit == std::string_view::npos) fail(errc::bad_escape);
      out = out * 16 + static_cast<std::uint32_t>(digit % 16);
    }
    return out;
  }

  std::uint32_t escape() {
    const std::size_t begin = at_++;
    const char c = look();
    const std::size_t simple = std::string_view{"\"\\/bfnrt"}.find(c);
    if (simple != std::string_view::npos) {
      ++at_;
      return static_cast<unsigned char>("\"\\/\b\f\n\r\t"[simple]);
    }
    if (c != 'u') fail(errc::bad_escape);
    ++at_;
    const std::uint32_t high = hex4();
    if (high >= 0xdc00 && high < 0xe000) fail(errc::bad_surrogate, begin);
    if (high < 0xd800 || high >= 0xe000) return high;
    for (const char expected : {'\\', 'u'}) {
      if (look() != expected) fail(errc::bad_surrogate, begin);
      ++at_;
    }
    const std::uint32_t low = hex4();
    if (low < 0xdc00 || low >= 0xe000) fail(errc::bad_surrogate, begin);
    return 0x10000 + (high - 0xd800) * 0x400 + (low - 0xdc00);
  }

  // One UTF-8 sequence: decoded by its bit pattern first, judged by its value then.
  std::uint32_t character() {
    const auto byte = [this](std::size_t i) -> std::uint32_t {
      return at_ + i < text_.size() ? static_cast<unsigned char>(text_[at_ + i]) : 0U;
    };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) return ++at_, lead;
    const std::size_t size = lead >> 5 == 0x6    ? 2
                             : lead >> 4 == 0xe  ? 3
                             : lead >> 3 == 0x1e ? 4
                                                 : 0;
    if (size == 0) fail(errc::bad_utf8);
    std::uint32_t out = lead & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) {
      if (byte(i) >> 6 != 0x2) fail(errc::bad_utf8);
      out = out << 6 | (byte(i) & 0x3f);
    }
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (out < least[size] || out > 0x10ffff || (out >= 0xd800 && out < 0xe000))
      fail(errc::bad_utf8);
    at_ += size;
    return out;
  }

  static void append_utf8(std::string& out, std::uint32_t c) {
    const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (c < 0x80) return put(c);
    if (c < 0x800) return put(0xc0 | c >> 6), put(0x80 | (c & 0x3f));
    if (c < 0x10000)
      return put(0xe0 | c >> 12), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
    put(0xf0 | c >> 18), put(0x80 | (c >> 12 & 0x3f)), put(0x80 | (c >> 6 & 0x3f)),
        put(0x80 | (c & 0x3f));
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
};

}  // namespace callgate::test
