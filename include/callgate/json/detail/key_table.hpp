// SPDX-License-Identifier: Apache-2.0
// The keys of one struct as the vector engine looks for them: the next in order first, then by a
// hash.
#pragma once

#include <callgate/json/detail/layout.hpp>
#include <callgate/json/detail/name_mix.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>

namespace callgate::json::detail {

// How the value of a key is read.
enum class way : std::uint8_t {
  text,   // a string of which nothing but a length is demanded
  name,   // an enum, open or not, likewise
  int32,  // in bounds
  int64,  // likewise
  float64,
  array,
  object,
  raw,
  other,
};

// One spelling of one member. Two cache lines, in the order of use.
struct alignas(64) expected_key {
  static constexpr std::size_t room = 32;

  std::array<char, room> text{};  // with quotes and colon; one zero if it does not stand so
  std::uint64_t bit = 0;          // of the member
  std::uint32_t offset = 0;       // bytes from the start of the struct
  std::uint16_t step = 0;         // bytes from this to the key that senders have behind it
  std::uint8_t size = 1;          // bytes of text
  way how{};
  std::uint32_t mask = 1;  // one bit a byte of text
  std::uint32_t flag = 0;  // of a std::optional: bytes from the start of the struct
  std::uint32_t sure_from = 0, sure_range = 0;  // bytes of a text whose length is surely right
  const member_layout* member = nullptr;
  std::int64_t minimum = 0, maximum = 0;
  std::uint8_t nulls = 0;  // null_bit() of the options by which null empties its std::optional
  std::string_view name{};

  [[nodiscard]] const expected_key* next() const noexcept {
    return reinterpret_cast<const expected_key*>(reinterpret_cast<const char*>(this) + step);
  }
};

// Open addressing; a slot holds the place of a key, one-based.
struct key_table {
  static constexpr std::size_t most_keys = 127, most_members = 64;

  std::span<const expected_key> keys{};   // and one behind the last that is no key
  std::span<const std::uint8_t> slots{};  // a power of two of them, at most half used
  std::uint64_t multiplier = 0;
  unsigned shift = 0;
  std::uint64_t all = 0;       // one bit a member
  std::uint64_t required = 0;  // likewise

  [[nodiscard]] constexpr std::size_t slot_of(const char* name, std::size_t size) const noexcept {
    return mix_name(name, size) * multiplier >> shift;
  }
};

template <reflected T>
constexpr std::size_t spellings_of_all() noexcept {
  std::size_t n = 0;
  for (const member_layout& m : members_of<T>) n += 1 + m.aliases.size();
  return n;
}

constexpr way way_of(const member_layout& m) noexcept {
  const rule& rules = *m.rules;
  const value_layout& v = *m.value;
  const bool bare = !m.has_also && !m.has_content && rules.strings.empty() &&
                    rules.integers.empty() && rules.numbers.empty() &&
                    (v.optional() || !rules.defaulted);  // as_made is none
  if (!bare) return way::other;
  switch (v.is) {
    case shape::text: return way::text;
    case shape::name: return way::name;
    case shape::int32: return way::int32;
    case shape::int64: return way::int64;
    case shape::float64: return way::float64;
    case shape::array: return way::array;
    case shape::object: return way::object;
    case shape::raw: return way::raw;
    default: return way::other;
  }
}

// A text of n bytes has n/4 to n code points. An empty one may count as absent: it is looked at.
constexpr void set_sure_lengths(expected_key& key, const rule& rules) noexcept {
  constexpr std::uint64_t most = 0xffff'ffff;
  const std::uint64_t from = std::max(std::uint64_t{1}, 4 * std::uint64_t{rules.min_length});
  key.sure_from = static_cast<std::uint32_t>(std::min(most, from));
  const bool none = from > rules.max_length;
  if (none) key.sure_from = static_cast<std::uint32_t>(most);
  key.sure_range = none ? 0 : rules.max_length - key.sure_from;
}

constexpr void set_bounds(expected_key& key, const member_layout& m) noexcept {
  const bool narrow = m.value->is == shape::int32;
  using wide = std::numeric_limits<std::int64_t>;
  using small = std::numeric_limits<std::int32_t>;
  const std::int64_t least = narrow ? std::int64_t{small::min()} : wide::min();
  const std::int64_t most = narrow ? std::int64_t{small::max()} : wide::max();
  const rule& rules = *m.rules;
  key.minimum = rules.minimum.set ? std::max(least, rules.minimum.i) : least;
  key.maximum = rules.maximum.set ? std::min(most, rules.maximum.i) : most;
}

// Which readers take null: those for which it is absence, and others.
[[nodiscard]] constexpr std::uint8_t null_bit(bool nulls_absent) noexcept {
  return nulls_absent ? 2 : 1;
}

// A struct may have a check of its own: its null is looked at.
constexpr std::uint8_t nulls_of(const member_layout& m) noexcept {
  if (!m.value->optional() || m.value->is == shape::object) return 0;
  const std::uint8_t as_value =
      m.rules->nullable && !m.has_also ? null_bit(false) | null_bit(true) : 0;
  return m.rules->required ? as_value : as_value | null_bit(true);
}

// In a text, without escapes.
constexpr bool stands_as_it_is(std::string_view name) noexcept {
  for (const char c : name)
    if (static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\') return false;
  return true;
}

constexpr expected_key make_key(std::string_view name, const member_layout& m,
                                std::size_t member) noexcept {
  expected_key out{.bit = std::uint64_t{1} << member,
                   .offset = m.offset,
                   .how = way_of(m),
                   .flag = m.flag,
                   .member = &m,
                   .nulls = nulls_of(m),
                   .name = name};
  set_sure_lengths(out, *m.rules);
  set_bounds(out, m);
  if (name.size() + 3 > expected_key::room || !stands_as_it_is(name)) return out;
  out.size = static_cast<std::uint8_t>(name.size() + 3);
  out.mask = 0xffff'ffffU >> (expected_key::room - out.size);
  std::copy_n(name.data(), name.size(), out.text.data() + 1);
  out.text[0] = out.text[name.size() + 1] = '"';
  out.text[name.size() + 2] = ':';
  return out;
}

template <reflected T>
constexpr auto make_keys_in_order() noexcept {
  std::array<expected_key, spellings_of_all<T>() + 1> out{};
  std::size_t n = 0;
  for (std::size_t i = 0; i < members_of<T>.size(); ++i) {
    const member_layout& m = members_of<T>[i];
    const std::size_t next = n + 1 + m.aliases.size();
    const auto add = [&](std::string_view name) {
      out[n] = make_key(name, m, i);
      out[n].step = static_cast<std::uint16_t>((next - n) * sizeof(expected_key));
      ++n;
    };
    add(m.name);
    for (const std::string_view alias : m.aliases) add(alias);
  }
  return out;
}

template <reflected T>
inline constexpr auto keys_in_order = make_keys_in_order<T>();

template <std::size_t Bits>
struct key_slots {
  std::array<std::uint8_t, std::size_t{1} << Bits> places{};
  std::uint64_t multiplier = 1;
};

// Several multipliers are tried for one without collisions.
template <reflected T>
constexpr auto make_slots() noexcept {
  constexpr std::size_t count = keys_in_order<T>.size() - 1;
  constexpr std::size_t bits = static_cast<std::size_t>(std::bit_width(2 * count + 1));
  std::array<std::uint64_t, count + 1> mixed{};
  for (std::size_t i = 0; i < count; ++i) mixed[i] = mix_padded_name(keys_in_order<T>[i].name);
  key_slots<bits> out;
  bool collides = true;
  for (int tries = 0; collides && tries < 64; ++tries) {
    out.places = {};
    out.multiplier = out.multiplier * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    out.multiplier |= 1;
    collides = false;
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t slot = mixed[i] * out.multiplier >> (64 - bits);
      for (; out.places[slot] != 0; slot = (slot + 1) % out.places.size()) collides = true;
      out.places[slot] = static_cast<std::uint8_t>(i + 1);
    }
  }
  return out;
}

template <reflected T>
inline constexpr auto slots_for = make_slots<T>();

template <reflected T>
constexpr key_table make_key_table() noexcept {
  key_table out{.keys = keys_in_order<T>,
                .slots = slots_for<T>.places,
                .multiplier = slots_for<T>.multiplier,
                .shift = static_cast<unsigned>(64 - std::countr_zero(slots_for<T>.places.size()))};
  for (std::size_t i = 0; i < members_of<T>.size(); ++i) {
    out.all |= std::uint64_t{1} << i;
    if (members_of<T>[i].rules->required) out.required |= std::uint64_t{1} << i;
  }
  return out;
}

template <reflected T>
inline constexpr key_table key_table_of = make_key_table<T>();

// Not a comparison of keys_for() with nullptr: g++ with UBSan takes that for no constant.
template <reflected T>
constexpr bool has_key_table() noexcept {
  return member_count<T> <= key_table::most_members &&
         spellings_of_all<T>() <= key_table::most_keys;
}

template <reflected T>
constexpr const key_table* keys_for() noexcept {
  if constexpr (has_key_table<T>())
    return &key_table_of<T>;
  else
    return nullptr;
}

}  // namespace callgate::json::detail
