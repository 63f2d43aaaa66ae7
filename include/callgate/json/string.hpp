// SPDX-License-Identifier: Apache-2.0
// JSON strings: where one ends, and what its escapes stand for.
#pragma once

#include <callgate/json/cursor.hpp>
#include <callgate/json/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace callgate::json {

// Between the quotes, as it stands in the text.
struct string_token {
  std::string_view text{};
  bool escaped = false;
};

namespace detail {

// True if none of eight bytes needs a look: no quote, backslash, control character or byte above
// 0x7f.
inline bool eight_plain(const char* at) noexcept {
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101U;
  constexpr std::uint64_t highs = ones * 0x80;
  std::uint64_t bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  // x - ones * n borrows into the high bit of a byte below n; with high bits of x excluded, "any"
  // is exact.
  const std::uint64_t controls = bytes - ones * 0x20;
  const std::uint64_t quotes = (bytes ^ ones * '"') - ones;
  const std::uint64_t backslashes = (bytes ^ ones * '\\') - ones;
  return ((controls | quotes | backslashes | bytes) & highs) == 0;
}

constexpr bool is_plain(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

inline const char* skip_plain(const char* at, const char* end) noexcept {
  while (end - at >= 8 && eight_plain(at)) at += 8;
  while (at != end && is_plain(*at)) ++at;
  return at;
}

constexpr int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

constexpr bool is_high_surrogate(char32_t c) noexcept {
  return c >= 0xd800 && c <= 0xdbff;
}
constexpr bool is_low_surrogate(char32_t c) noexcept {
  return c >= 0xdc00 && c <= 0xdfff;
}

// The four digits after \u.
constexpr bool scan_hex(cursor& in, char32_t& unit) noexcept {
  unit = 0;
  for (int i = 0; i < 4; ++i, ++in.at) {
    const int digit = in.at == in.end ? -1 : hex_digit(*in.at);
    if (digit < 0) return in.fail_here(errc::bad_escape);
    unit = unit * 16 + static_cast<char32_t>(digit);
  }
  return true;
}

// From the u of the first \u to the end of the last.
constexpr bool scan_unicode_escape(cursor& in) noexcept {
  const char* const backslash = in.at - 1;
  char32_t unit = 0;
  if (++in.at; !scan_hex(in, unit)) return false;
  if (is_high_surrogate(unit)) {
    for (const char c : {'\\', 'u'}) {
      if (in.at == in.end) return in.fail(errc::unexpected_end);
      if (*in.at != c) return in.at = backslash, in.fail(errc::bad_surrogate);
      ++in.at;
    }
    if (!scan_hex(in, unit)) return false;
    if (is_low_surrogate(unit)) return true;
    return in.at = backslash, in.fail(errc::bad_surrogate);
  }
  if (is_low_surrogate(unit)) return in.at = backslash, in.fail(errc::bad_surrogate);
  return true;
}

constexpr bool scan_escape(cursor& in) noexcept {
  ++in.at;
  switch (in.peek()) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't': return ++in.at, true;
    case 'u': return scan_unicode_escape(in);
    default: return in.fail_here(errc::bad_escape);
  }
}

}  // namespace detail

// Reads a string from its opening quote over its closing one; every byte and escape of it is
// checked.
inline bool scan_string(cursor& in, string_token& out) noexcept {
  if (!in.expect('"')) return false;
  const char* const begin = in.at;
  out.escaped = false;
  for (;;) {
    in.at = detail::skip_plain(in.at, in.end);
    if (in.at == in.end) return in.fail(errc::unexpected_end);
    const auto c = static_cast<unsigned char>(*in.at);
    if (c == '"') break;
    if (c == '\\') {
      out.escaped = true;
      if (!detail::scan_escape(in)) return false;
    } else if (c < 0x20) {
      return in.fail(errc::bad_string);
    } else {
      const utf8_step step = utf8_next(in.at, in.end);
      if (!step.valid) return in.fail(errc::bad_utf8);
      in.at += step.size;
    }
  }
  out.text = {begin, static_cast<std::size_t>(in.at - begin)};
  return ++in.at, true;
}

// What one character, escaped or not, stands for: goes over it and writes up to 4 bytes, answers
// how many. Demands: the text of a scanned token.
inline std::size_t decode_next(const char*& at, const char* end, char* out) noexcept {
  if (*at != '\\') return *out = *at++, 1;
  const auto unit = [&at, end] {
    cursor digits{std::string_view{at, static_cast<std::size_t>(end - at)}};
    char32_t value = 0;
    (void)detail::scan_hex(digits, value);
    at = digits.at;
    return value;
  };
  const char kind = at[1];
  at += 2;
  constexpr std::string_view from = "bfnrt", to = "\b\f\n\r\t";
  if (kind != 'u') {
    const std::size_t i = from.find(kind);
    return *out = i == from.npos ? kind : to[i], 1;
  }
  char32_t c = unit();
  if (detail::is_high_surrogate(c)) at += 2, c = 0x10000 + ((c - 0xd800) << 10) + (unit() - 0xdc00);
  return encode_utf8(c, out);
}

// Writes what the token stands for, answers the number of bytes: never more than the token has.
// Demands: a scanned token; out has room for token.text.size() bytes.
inline std::size_t unescape(const string_token& token, char* out) noexcept {
  const char* at = token.text.data();
  const char* const end = at + token.text.size();
  char* place = out;
  while (at != end) {
    const auto* const next =
        static_cast<const char*>(std::memchr(at, '\\', static_cast<std::size_t>(end - at)));
    const auto plain = static_cast<std::size_t>((next != nullptr ? next : end) - at);
    std::memcpy(place, at, plain);
    at += plain, place += plain;
    while (at != end && *at == '\\') place += decode_next(at, end, place);
  }
  return static_cast<std::size_t>(place - out);
}

}  // namespace callgate::json
