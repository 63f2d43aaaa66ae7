// SPDX-License-Identifier: Apache-2.0
// What the vector engine does without vectors, so that all sets of instructions share it: escapes
// by code unit, enum names, lengths, members that are absent.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/json/detail/checks.hpp>
#include <callgate/json/detail/engine_context.hpp>
#include <callgate/json/detail/key_table.hpp>
#include <callgate/json/detail/layout.hpp>
#include <callgate/json/detail/name_mix.hpp>
#include <callgate/json/detail/slots.hpp>
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

constexpr bool is_ascii(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x80;
}

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

// The place of a name, or how many there are. Eight bytes may be read at it.
[[gnu::noinline]] inline std::size_t find_name(const name_layout& layout,
                                               std::string_view name) noexcept {
  const name_ends ends = ends_of(name.data(), name.size());
  const name_ends* const first = layout.ends.data();
  const name_ends* const last = first + layout.ends.size();
  const name_ends* at = first;
  while (at != last && *at != ends) ++at;
  const auto i = static_cast<std::size_t>(at - first);
  return name.size() <= 16 ? i : find_name_from(i, layout, name);
}

// False: the enum is not open and does not have that name.
[[gnu::noinline]] inline bool take_item_name(const value_layout& v, std::string_view name,
                                             void* slot) noexcept {
  if (v.optional()) static_cast<char*>(slot)[v.flag] = 1;
  return put_name(*v.name, find_name(*v.name, name), name, static_cast<char*>(slot));
}

[[gnu::always_inline]] inline bool take_member_name(const expected_key& key, std::string_view name,
                                                    char* out) noexcept {
  const name_layout& layout = *key.member->value->name;
  if (key.flag != 0) out[key.flag] = 1;
  return put_name(layout, find_name(layout, name), name, out + key.offset);
}

// Whether a text's length is surely right, without counting its code points.
[[gnu::always_inline]] inline bool surely_fits(std::size_t bytes,
                                               const expected_key& key) noexcept {
  return bytes - key.sure_from <= key.sure_range;
}

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

// Decodes a string into the arena: its first escape is at `at`. Answers what comes behind the
// closing quote; nullptr for what is not JSON or does not fit the arena.
[[gnu::always_inline]] inline const char* decode_string(
    const char* begin, const char* at, std::string_view& out, context& c,
    decoding (*decode)(decoding, const context&) noexcept) noexcept {
  // A key that only the bytes behind the text complete may have gone before.
  static_assert(expected_key::room <= 32, "the room for what is written behind the text");
  const auto most = static_cast<std::size_t>(c.end - begin) + 64;
  const std::size_t used = c.memory->used();
  char* const start = static_cast<char*>(c.memory->allocate(most, 1));
  if (start == nullptr) return nullptr;
  const auto plain = static_cast<std::size_t>(at - begin);
  std::memcpy(start, begin, plain);
  const decoding d = decode({at, start + plain}, c);
  if (d.at == nullptr) return nullptr;
  out = {start, static_cast<std::size_t>(d.to - start)};
  c.memory->rewind(used + out.size());
  return d.at;
}

[[gnu::cold]] inline const char* read_boolean(const value_layout& v, const char* at,
                                              void* slot) noexcept {
  const bool value = *at == 't';
  if (std::memcmp(at, value ? "true" : "fals", 4) != 0) return nullptr;
  put(slot, v.flag, value);
  if (value) return at + 4;
  return at[4] == 'e' ? at + 5 : nullptr;
}

// Whether the value here says that there is none, and what comes behind it then.
struct absence {
  const char* at;
  bool is;
};

[[gnu::cold]] inline absence read_absence(const value_layout& v, const rule& rules, const char* at,
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
  const member_layout* const members = layout.members.data();
  for (std::uint64_t absent = layout.keys->all & ~seen; absent != 0; absent &= absent - 1)
    make_absent(members[std::countr_zero(absent)], out);
}

// A text whose length is not surely right: it may be empty and count as absent.
[[gnu::noinline, gnu::cold]] inline bool take_odd_text(const expected_key& key,
                                                       std::string_view text, char* out,
                                                       const context& c) noexcept {
  const member_layout& m = *key.member;
  if (text.empty() && !m.rules->required && c.options->empty_strings_absent && m.value->optional())
    return make_absent(m, out), true;
  if (check_length(text, *m.rules)) return false;
  if (key.how == way::name) return take_member_name(key, text, out);
  return put(out + key.offset, m.value->flag, text), true;
}

}  // namespace callgate::json::detail::engine
