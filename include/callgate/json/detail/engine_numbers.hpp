// SPDX-License-Identifier: Apache-2.0
// Numbers, as the vector engine reads them: eight digits at a time, and only those whose value is
// found without rounding twice.
#pragma once

#include <callgate/json/cursor.hpp>
#include <callgate/json/detail/checks.hpp>
#include <callgate/json/detail/engine_context.hpp>
#include <callgate/json/detail/key_table.hpp>
#include <callgate/json/detail/layout.hpp>
#include <callgate/json/detail/name_mix.hpp>
#include <callgate/json/detail/slots.hpp>
#include <callgate/json/number.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace callgate::json::detail::engine {

inline constexpr std::array<std::uint64_t, 9> few_powers{
    1, 10, 100, 1000, 10000, 100'000, 1'000'000, 10'000'000, 100'000'000};

// Those that a double holds exactly.
inline constexpr std::array<double, 23> powers_of_ten = [] {
  std::array<double, 23> out{};
  double power = 1;
  for (double& each : out) each = power, power *= 10;
  return out;
}();

// The digits at the beginning of eight bytes, and how many there are.
struct few_digits {
  std::uint64_t value;
  int count;
};

[[gnu::always_inline]] inline few_digits leading_digits(std::uint64_t word) noexcept {
  constexpr std::uint64_t each = 0x0101'0101'0101'0101U;
  const std::uint64_t off = word ^ each * '0';
  const std::uint64_t others = (off | (off + each * 6)) & each * 0xf0;
  const int count = std::countr_zero(others) / 8;
  if (count == 0) return {0, 0};
  std::uint64_t digits = off << (64 - 8 * count);  // zeros before them
  digits = digits * 10 + (digits >> 8);
  constexpr std::uint64_t pairs = 0x0000'00ff'0000'00ffU;
  digits = ((digits & pairs) * (100 + (std::uint64_t{1'000'000} << 32)) +
            ((digits >> 16) & pairs) * (1 + (std::uint64_t{10'000} << 32))) >>
           32;
  return {digits & 0xffff'ffffU, count};
}

// Up to 18 digits from `at` on; nullptr for others.
[[gnu::always_inline]] inline const char* read_digits(const char* at,
                                                      std::uint64_t& value) noexcept {
  const few_digits few = leading_digits(word_at(at));
  const char* last = at + few.count;
  value = few.value;
  if (few.count == 8) {
    for (unsigned digit = 0; (digit = static_cast<unsigned char>(*last - '0')) <= 9; ++last) {
      if (last - at == 18) return nullptr;
      value = value * 10 + digit;
    }
  }
  return few.count == 0 || (*at == '0' && few.count != 1) ? nullptr : last;
}

// Of up to 18 digits; nullptr for others.
[[gnu::always_inline]] inline const char* read_short_integer(const char* at,
                                                             std::int64_t& value) noexcept {
  const bool negative = *at == '-';
  std::uint64_t digits = 0;
  at = read_digits(at + negative, digits);
  if (at == nullptr || *at == '.' || (*at | 0x20) == 'e') return nullptr;
  value = static_cast<std::int64_t>(negative ? 0 - digits : digits);
  return at;
}

struct short_integer {
  const char* end;
  std::int64_t value;
};
[[gnu::noinline]] inline short_integer read_short_integer_apart(const char* at) noexcept {
  short_integer out{at, 0};
  out.end = read_short_integer(at, out.value);
  return out;
}

// Of so few digits that it is one division away; nullptr for others.
[[gnu::always_inline]] inline const char* read_short_double(const char* at,
                                                            double& value) noexcept {
  const bool negative = *at == '-';
  const char* const first = at + negative;
  std::uint64_t digits = 0;
  at = read_digits(first, digits);
  if (at == nullptr) return nullptr;
  few_digits places{0, 0};
  if (*at == '.') {
    places = leading_digits(word_at(at + 1));
    at += 1 + places.count;
    if (places.count == 0 || is_digit(*at) || at - first > 19) return nullptr;
    digits = digits * few_powers[static_cast<std::size_t>(places.count)] + places.value;
  }
  if ((*at | 0x20) == 'e' || digits > std::uint64_t{1} << 53) return nullptr;
  const double size =
      static_cast<double>(digits) / powers_of_ten[static_cast<std::size_t>(places.count)];
  value = negative ? -size : size;
  return at;
}

inline bool put_integer(const value_layout& v, void* slot, std::int64_t value) noexcept {
  if (v.is == shape::int64) return put(slot, v.flag, value), true;
  if (!std::in_range<std::int32_t>(value)) return false;
  return put(slot, v.flag, static_cast<std::int32_t>(value)), true;
}

[[gnu::cold]] inline const char* read_short_number(const value_layout& v, const rule& rules,
                                                   const char* at, void* slot) noexcept {
  if (v.is == shape::float64) {
    double value = 0;
    at = read_short_double(at, value);
    if (at == nullptr || check_floating(value, rules)) return nullptr;
    return put(slot, v.flag, value), at;
  }
  std::int64_t value = 0;
  at = read_short_integer(at, value);
  return at != nullptr && !check_integer(value, rules) && put_integer(v, slot, value) ? at
                                                                                      : nullptr;
}

// Its first byte is a digit or a minus.
[[gnu::cold]] inline const char* read_number_text(const value_layout& v, const rule& rules,
                                                  const char* at, void* slot,
                                                  const context& c) noexcept {
  if (v.is != shape::other_number)
    if (const char* const next = read_short_number(v, rules, at, slot)) return next;
  number_token token;
  cursor in{std::string_view{at, static_cast<std::size_t>(c.end - at)}};
  if (!scan_number(in, token) || v.take_number(token, rules, slot)) return nullptr;
  if (v.optional()) static_cast<char*>(slot)[v.flag] = 1;
  return in.at;
}

[[gnu::noinline, gnu::cold]] inline const char* read_number(const value_layout& v,
                                                            const rule& rules, const char* at,
                                                            void* slot, context& c) noexcept {
  const bool quoted = *at == '"' && c.options->numbers_in_strings;
  at += quoted;
  const char* const begin = at;
  if (at >= c.end || !(is_digit(*at) || *at == '-')) return nullptr;
  at = read_number_text(v, rules, at, slot, c);
  if (at == nullptr || !holds(rules.also, begin, at)) return nullptr;
  if (!quoted) return at;
  return at < c.end && *at == '"' ? at + 1 : nullptr;
}

// nullptr: another text, or a number that is out of bounds.
[[gnu::noinline]] inline const char* read_member_integer(const expected_key& key, const char* at,
                                                         char* out) noexcept {
  std::int64_t number = 0;
  at = read_short_integer(at, number);
  if (at == nullptr || number < key.minimum || number > key.maximum) return nullptr;
  if (key.flag != 0) out[key.flag] = 1;
  if (key.how == way::int32)
    put(out + key.offset, 0, static_cast<std::int32_t>(number));
  else
    put(out + key.offset, 0, number);
  return at;
}

// Likewise.
[[gnu::noinline]] inline const char* read_member_double(const expected_key& key, const char* at,
                                                        char* out) noexcept {
  double value = 0;
  at = read_short_double(at, value);
  if (at == nullptr || check_floating(value, *key.member->rules)) return nullptr;
  if (key.flag != 0) out[key.flag] = 1;
  return put(out + key.offset, 0, value), at;
}

// Behind the digits at `at`; nullptr: there is none. Byte by byte: a guess that may be wrong, while
// counting eight digits at once would make what follows wait.
[[gnu::always_inline]] inline const char* skip_digits(const char* at, const char* end) noexcept {
  const char* const begin = at;
  while (at < end && is_digit(*at)) ++at;
  return at != begin ? at : nullptr;
}

[[gnu::noinline]] inline const char* skip_number(const char* at, const context& c) noexcept {
  if (*at == '-') ++at;
  at = *at == '0' && at < c.end ? at + 1 : skip_digits(at, c.end);
  if (at != nullptr && *at == '.') at = skip_digits(at + 1, c.end);
  if (at == nullptr || (*at | 0x20) != 'e') return at;
  ++at;
  if (*at == '+' || *at == '-') ++at;
  return skip_digits(at, c.end);
}

}  // namespace callgate::json::detail::engine
