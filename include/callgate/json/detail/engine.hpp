// SPDX-License-Identifier: Apache-2.0
// The vector engine: reads what is plainly right, for every set of instructions. What it does not
// accept is for the exact reader, which alone says what is wrong.
#pragma once

#include <callgate/config.hpp>
#include <callgate/core/arena.hpp>
#include <callgate/json/check_report.hpp>
#include <callgate/json/detail/key_table.hpp>
#include <callgate/json/detail/layout.hpp>
#include <callgate/json/instruction_set.hpp>
#include <callgate/json/number.hpp>
#include <callgate/json/read_options.hpp>
#include <callgate/json/skip.hpp>
#include <callgate/json/string.hpp>
#include <callgate/json/utf8.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#if CALLGATE_X86_64
#include <immintrin.h>
#endif

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

// --- what is written

// A value into its slot. `flag`: of the slot's value_layout.
template <class T>
[[gnu::always_inline]] inline void put(void* slot, std::uint32_t flag, T value) noexcept {
  std::memcpy(slot, &value, sizeof value);
  if (flag != 0) static_cast<char*>(slot)[flag] = 1;
}

inline void put_number(void* slot, std::size_t bytes, std::size_t number) noexcept {
  switch (bytes) {
    case 1: return put(slot, 0, static_cast<std::uint8_t>(number));
    case 2: return put(slot, 0, static_cast<std::uint16_t>(number));
    case 4: return put(slot, 0, static_cast<std::uint32_t>(number));
    default: return put(slot, 0, static_cast<std::uint64_t>(number));
  }
}

// Without a call for a few bytes.
[[gnu::always_inline]] inline bool same_text(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  std::size_t i = 0;
  for (std::uint64_t x = 0, y = 0; i + 8 <= a.size(); i += 8) {
    std::memcpy(&x, a.data() + i, 8);
    std::memcpy(&y, b.data() + i, 8);
    if (x != y) return false;
  }
  while (i != a.size() && a[i] == b[i]) ++i;
  return i == a.size();
}

// False: the enum is not open and does not have that name.
[[gnu::noinline]] inline bool take_name(const value_layout& v, std::string_view name,
                                        char* slot) noexcept {
  const name_layout& layout = *v.name;
  std::size_t i = 0;
  while (i != layout.names.size() && !same_text(layout.names[i], name)) ++i;
  const bool known = i != layout.names.size();
  if (layout.open) {
    put(slot + layout.text_at, 0, name);
    if (known) put_number(slot + layout.known_at, layout.bytes, i);
    slot[layout.known_at + layout.bytes] = static_cast<char>(known);
  } else if (known) {
    put_number(slot, layout.bytes, i);
  }
  if (v.optional()) slot[v.flag] = 1;
  return known || layout.open;
}

inline void start_array(const array_layout& layout, void* array) noexcept {
  put(array, 0, arena_array{nullptr, 0, layout.inline_items});
}

// Room for one more item; nullptr: there is none.
inline char* push_item(const array_layout& layout, void* array, arena& memory,
                       std::size_t most) noexcept {
  auto& head = *static_cast<arena_array*>(array);
  char* const inline_room = static_cast<char*>(array) + layout.inline_offset;
  if (head.size == layout.inline_items && head.spilled == nullptr) {
    const std::size_t room = most > head.size ? most : head.size + 1;
    void* const place = memory.allocate_room(room, layout.item_bytes, layout.item_alignment);
    if (place == nullptr) return nullptr;
    std::memcpy(place, inline_room, head.size * layout.item_bytes);
    head.spilled = place, head.capacity = room;
  }
  if (head.size == head.capacity) return nullptr;
  char* const items = head.spilled != nullptr ? static_cast<char*>(head.spilled) : inline_room;
  return items + head.size++ * layout.item_bytes;
}

// Whether a text's length is surely right, without counting its code points.
[[gnu::always_inline]] inline bool surely_fits(std::size_t bytes,
                                               const expected_key& key) noexcept {
  return bytes - key.sure_from <= key.sure_range;
}

#if CALLGATE_X86_64
namespace sse2 {
#include "engine/block_sse2.inc"
#include "engine/utf8.inc"
#include "engine/rest_walk.inc"
#include "engine/strings.inc"
#include "engine/object.inc"
}  // namespace sse2

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt"))), \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,lzcnt,popcnt")
#endif
namespace avx2 {
#include "engine/block_avx2.inc"
#include "engine/utf8.inc"
#include "engine/rest_walk.inc"
#include "engine/strings.inc"
#include "engine/object.inc"
}  // namespace avx2
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(                                                                      \
    __attribute__((target(                                                                         \
        "avx2,bmi,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512vbmi2"))), \
    apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target( \
    "avx2,bmi,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512vbmi2")
#endif
namespace avx512 {
#include "engine/block_avx512.inc"
#include "engine/utf8.inc"
#include "engine/rest_avx512.inc"
#include "engine/strings.inc"
#include "engine/object.inc"
}  // namespace avx512
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif  // CALLGATE_X86_64

// The same engine for any processor: 64-bit words for vectors.
namespace portable {
#include "engine/block_portable.inc"
#include "engine/utf8.inc"
#include "engine/rest_walk.inc"
#include "engine/strings.inc"
#include "engine/object.inc"
}  // namespace portable

// Demands: read_ahead bytes behind the text may be read.
inline bool read_padded(const object_layout& layout, std::string_view text,
                        const read_options& options, arena& memory, void* out,
                        instruction_set with) noexcept {
  switch (with) {
#if CALLGATE_X86_64
    case instruction_set::sse2: return sse2::read_document(layout, text, options, memory, out);
    case instruction_set::avx2: return avx2::read_document(layout, text, options, memory, out);
    case instruction_set::avx512: return avx512::read_document(layout, text, options, memory, out);
#endif
    default: return portable::read_document(layout, text, options, memory, out);
  }
}

// A page is readable as a whole or not at all.
[[nodiscard]] inline bool may_read_ahead(std::string_view text) noexcept {
  constexpr std::size_t page = 4096;
  const auto end = reinterpret_cast<std::uintptr_t>(text.data() + text.size());
  return !CALLGATE_ADDRESS_SANITIZER && (end & (page - 1)) + read_ahead <= page;
}

// Whether the text was read into `out`. Otherwise nothing is known about it, and `out` is
// unspecified. Where what follows the text may not be read, a copy in the arena is.
inline bool read(const object_layout& layout, std::string_view text, const read_options& options,
                 arena& memory, void* out, instruction_set with) noexcept {
  if (may_read_ahead(text)) return read_padded(layout, text, options, memory, out, with);
  void* const place = memory.allocate(text.size() + read_ahead, 1);
  if (place == nullptr) return false;
  char* const copy = static_cast<char*>(place);
  std::memcpy(copy, text.data(), text.size());
  std::memset(copy + text.size(), 0, read_ahead);
  return read_padded(layout, {copy, text.size()}, options, memory, out, with);
}

}  // namespace callgate::json::detail::engine
