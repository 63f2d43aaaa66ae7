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

// What is behind the end of a text may be read this far, whatever it is. Units: bytes.
inline constexpr std::size_t read_ahead = 128;

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

}  // namespace callgate::json::detail::engine
