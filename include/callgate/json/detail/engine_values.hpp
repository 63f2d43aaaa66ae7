// SPDX-License-Identifier: Apache-2.0
// What the vector engine does without vectors, so that all sets of instructions share it: numbers,
// escapes by code unit, lengths, members that are absent.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/json/check_report.hpp>
#include <callgate/json/detail/key_table.hpp>
#include <callgate/json/detail/layout.hpp>
#include <callgate/json/detail/slots.hpp>
#include <callgate/json/number.hpp>
#include <callgate/json/read_options.hpp>
#include <callgate/json/string.hpp>
#include <callgate/json/utf8.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace callgate::json::detail::engine {

struct context {
  const char* end;
  arena* memory;
  const read_options* options;
  std::size_t depth;
  std::size_t size;     // of the text
  std::size_t gap = 1;  // see following()
};

inline constexpr std::array<std::uint32_t, 256> hex_values = [] {
  std::array<std::uint32_t, 256> values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int digit = hex_digit(static_cast<char>(i));
    values[i] = digit < 0 ? 0xffff'ffffU : static_cast<std::uint32_t>(digit);
  }
  return values;
}();

// The four digits at `at`; above 0xffff if one is none.
inline std::uint32_t hex_value(const char* at) noexcept {
  const auto digit = [at](std::size_t i) { return hex_values[static_cast<unsigned char>(at[i])]; };
  return digit(0) << 12 | digit(1) << 8 | digit(2) << 4 | digit(3);
}

// What an escape of two bytes stands for; zero: it is none. 64 bytes behind it may be read.
inline constexpr std::array<char, 256> simple_escapes = [] {
  std::array<char, 256> out{};
  constexpr std::string_view from = "\"\\/bfnrt", to = "\"\\/\b\f\n\r\t";
  for (std::size_t i = 0; i < from.size(); ++i) out[static_cast<unsigned char>(from[i])] = to[i];
  return out;
}();

// Those that a double holds exactly.
inline constexpr std::array<double, 23> powers_of_ten = [] {
  std::array<double, 23> out{};
  double power = 1;
  for (double& each : out) each = power, power *= 10;
  return out;
}();

[[gnu::noinline]] inline bool holds_apart(value_check check, const char* begin, const char* end) {
  check_report report;
  return check({begin, static_cast<std::size_t>(end - begin)}, report);
}
[[gnu::always_inline]] inline bool holds(value_check check, const char* begin, const char* end) {
  return check == nullptr || holds_apart(check, begin, end);
}

// Operands of vector instructions. They are kept in memory: compilers would make them anew, or keep
// them in registers that every call spills.
struct vector_constants {
  alignas(64) std::array<char, 64> two, quote_bound, backslash, spaces;
};
inline constexpr vector_constants constants = [] {
  vector_constants out{};
  for (std::size_t i = 0; i < 64; ++i) {
    out.two[i] = 2, out.quote_bound[i] = 0x21, out.backslash[i] = '\\';
    // What a white space byte has at its lower four bits.
    constexpr std::array<char, 16> table{' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r'};
    out.spaces[i] = table[i % 16];
  }
  return out;
}();
[[gnu::always_inline]] inline const vector_constants& in_memory() noexcept {
  const vector_constants* at = &constants;
  asm("" : "+r"(at));
  return *at;
}

// What is behind the end of a text may be read this far, whatever it is. Units: bytes.
inline constexpr std::size_t read_ahead = 128;

// Whether a text's length is surely right, without counting its code points.
[[gnu::always_inline]] inline bool surely_fits(std::size_t bytes,
                                               const expected_key& key) noexcept {
  return bytes - key.sure_from <= key.sure_range;
}

// --- what needs no vectors

// One character as \uXXXX or as a pair of them. Answers what comes after, nullptr if it is bad.
inline const char* unicode_escape(const char* at, const char* end, char*& to) noexcept {
  if (end - at < 6) return nullptr;
  std::uint32_t unit = hex_value(at + 2);
  if (unit > 0xffff) return nullptr;
  at += 6;
  if (unit < 0x80) return *to++ = static_cast<char>(unit), at;
  if (unit < 0x800) {
    *to++ = static_cast<char>(0xc0 | unit >> 6);
    *to++ = static_cast<char>(0x80 | (unit & 0x3f));
    return at;
  }
  if (unit >= 0xd800 && unit < 0xe000) {
    if (unit >= 0xdc00 || end - at < 6 || at[0] != '\\' || at[1] != 'u') return nullptr;
    const std::uint32_t next = hex_value(at + 2);
    if (next < 0xdc00 || next > 0xdfff) return nullptr;
    unit = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
    at += 6;
  }
  to += encode_utf8(unit, to);
  return at;
}

// As many as follow each other.
[[gnu::noinline]] inline const char* unicode_escapes(const char* at, const char* end,
                                                     char*& to) noexcept {
  char* out = to;
  do {
    at = unicode_escape(at, end, out);
  } while (at != nullptr && at[0] == '\\' && at[1] == 'u');
  to = out;
  return at;
}

// An escape that nobody wants to know.
inline const char* skip_escape(const char* at, const char* end) noexcept {
  std::array<char, 16> scratch;
  char* to = scratch.data();
  if (end - at < 3) return nullptr;
  if (at[1] == 'u') return unicode_escape(at, end, to);
  return simple_escapes[static_cast<unsigned char>(at[1])] != 0 ? at + 2 : nullptr;
}

inline bool put_integer(const value_layout& v, void* slot, std::int64_t value) noexcept {
  if (v.is == shape::int64) return put(slot, v.flag, value), true;
  if (!std::in_range<std::int32_t>(value)) return false;
  return put(slot, v.flag, static_cast<std::int32_t>(value)), true;
}

// Integers of up to 18 digits, and numbers whose nearest double is one division away; nullptr for
// others.
inline const char* read_simple_number(const value_layout& v, const rule& rules, const char* at,
                                      void* slot, const context& c) noexcept {
  const bool negative = *at == '-';
  at += negative;
  std::uint64_t digits = 0;
  const char* const first = at;
  for (; at < c.end && is_digit(*at); ++at) digits = digits * 10 + static_cast<unsigned>(*at - '0');
  const auto count = at - first;
  if (count == 0 || count > 18 || (*first == '0' && count > 1)) return nullptr;
  if (v.is != shape::float64) {
    if (*at == '.' || *at == 'e' || *at == 'E') return nullptr;
    const auto value = static_cast<std::int64_t>(negative ? 0 - digits : digits);
    return put_integer(v, slot, value) && !check_integer(value, rules) ? at : nullptr;
  }
  std::size_t places = 0;
  if (*at == '.') {
    const char* const fraction = ++at;
    for (; at < c.end && is_digit(*at); ++at)
      digits = digits * 10 + static_cast<unsigned>(*at - '0');
    places = static_cast<std::size_t>(at - fraction);
    if (places == 0 || at - first > 19) return nullptr;
  }
  if (*at == 'e' || *at == 'E' || digits > std::uint64_t{1} << 53) return nullptr;
  const double value = static_cast<double>(digits) / powers_of_ten[places];
  put(slot, v.flag, negative ? -value : value);
  return check_floating(negative ? -value : value, rules) ? nullptr : at;
}

// Its first byte is a digit or a minus.
inline const char* read_number_text(const value_layout& v, const rule& rules, const char* at,
                                    void* slot, const context& c) noexcept {
  if (v.is != shape::other_number)
    if (const char* const next = read_simple_number(v, rules, at, slot, c)) return next;
  number_token token;
  cursor in{std::string_view{at, static_cast<std::size_t>(c.end - at)}};
  if (!scan_number(in, token) || v.take_number(token, rules, slot)) return nullptr;
  if (v.optional()) static_cast<char*>(slot)[v.flag] = 1;
  return in.at;
}

[[gnu::noinline]] inline const char* read_number(const value_layout& v, const rule& rules,
                                                 const char* at, void* slot, context& c) noexcept {
  const bool quoted = *at == '"' && c.options->numbers_in_strings;
  at += quoted;
  const char* const begin = at;
  if (at >= c.end || !(is_digit(*at) || *at == '-')) return nullptr;
  at = read_number_text(v, rules, at, slot, c);
  if (at == nullptr || !holds(rules.also, begin, at)) return nullptr;
  if (!quoted) return at;
  return at < c.end && *at == '"' ? at + 1 : nullptr;
}

inline const char* read_boolean(const value_layout& v, const char* at, void* slot) noexcept {
  const bool value = *at == 't';
  if (std::memcmp(at, value ? "true" : "fals", 4) != 0) return nullptr;
  put(slot, v.flag, value);
  if (value) return at + 4;
  return at[4] == 'e' ? at + 5 : nullptr;
}

inline const char* skip_number(const char* at, const context& c) noexcept {
  number_token token;
  cursor in{std::string_view{at, static_cast<std::size_t>(c.end - at)}};
  return scan_number(in, token) ? in.at : nullptr;
}

// Whether the value here says that there is none, and what comes behind it then.
struct absence {
  const char* at;
  bool is;
};

inline absence read_absence(const value_layout& v, const rule& rules, const char* at,
                            bool may_be_absent, const context& c) noexcept {
  if (*at == 'n') {
    const bool as_absent = c.options->nulls_absent && may_be_absent;
    const value_check also = v.is == shape::object ? v.object->also : rules.also;
    if (!(rules.nullable || as_absent) || (!as_absent && also != nullptr)) return {nullptr, true};
    return {std::memcmp(at, "null", 4) == 0 ? at + 4 : nullptr, true};
  }
  const bool empty =
      may_be_absent && c.options->empty_strings_absent && at[0] == '"' && at[1] == '"';
  return {at + 2, empty};
}

[[gnu::noinline]] inline void make_others_absent(const object_layout& layout, std::uint64_t seen,
                                                 char* out) noexcept {
  for (std::uint64_t absent = layout.keys->all & ~seen; absent != 0; absent &= absent - 1)
    make_absent(layout.members[static_cast<std::size_t>(std::countr_zero(absent))], out);
}

// A text whose length is not surely right: it may be empty and count as absent.
[[gnu::noinline]] inline bool take_odd_text(const expected_key& key, std::string_view text,
                                            char* out, const context& c) noexcept {
  const member_layout& m = *key.member;
  if (text.empty() && !m.rules->required && c.options->empty_strings_absent && m.value->optional())
    return make_absent(m, out), true;
  if (check_length(text, *m.rules)) return false;
  if (key.how == way::name) return take_name(*m.value, text, out + key.offset);
  return put(out + key.offset, m.value->flag, text), true;
}

// Up to 18 digits; nullptr for others, and for what is out of bounds.
[[gnu::noinline]] inline const char* read_member_integer(const expected_key& key, const char* at,
                                                         char* out) noexcept {
  const bool negative = *at == '-';
  const char* const first = at + negative;
  const char* last = first;
  std::uint64_t value = 0;
  for (unsigned digit = 0; (digit = static_cast<unsigned char>(*last - '0')) <= 9; ++last) {
    if (last - first == 18) return nullptr;
    value = value * 10 + digit;
  }
  const bool odd = last == first || (*first == '0' && last != first + 1) || *last == '.' ||
                   (*last | 0x20) == 'e';
  const auto number = static_cast<std::int64_t>(negative ? 0 - value : value);
  if (odd || number < key.minimum || number > key.maximum) return nullptr;
  const value_layout& v = *key.member->value;
  if (v.is == shape::int32)
    put(out + key.offset, v.flag, static_cast<std::int32_t>(number));
  else
    put(out + key.offset, v.flag, number);
  return last;
}

}  // namespace callgate::json::detail::engine
