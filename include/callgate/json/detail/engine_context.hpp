// SPDX-License-Identifier: Apache-2.0
// What all functions of the vector engine are given, and what all need.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/json/check_report.hpp>
#include <callgate/json/read_options.hpp>
#include <callgate/reflect/rule.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace callgate::json::detail::engine {

struct context;

// Where a string is read, and where what it stands for is written.
struct decoding {
  const char* at;
  char* to;
};

// What the engine leaves to wider vectors than its own: a first look at a long text, and escapes.
struct wide_vectors {
  // False: it is not UTF-8. Demands: `to` has mark_words(size).
  bool (*mark)(const char* at, std::size_t size, std::uint64_t* to) noexcept;
  // From an escape to behind the closing quote; then at is nullptr for what is no JSON.
  decoding (*decode)(decoding from, const context& c) noexcept;
};

struct context {
  const char* end;
  const char* text;  // its first byte
  arena* memory;
  const read_options* options;
  const wide_vectors* wide = nullptr;    // for a text that is looked over first
  const std::uint64_t* marks = nullptr;  // of such a text
  std::size_t depth = 0;
  std::size_t gap = 2;  // bytes from a value to the next key, where there is white space between
  std::uint8_t nulls;   // null_bit() of the options
};

// What is behind the end of a text may be read this far, whatever it is. Units: bytes.
inline constexpr std::size_t read_ahead = 128;

// A bit for each byte of a text, and for 64 or more behind it.
constexpr std::size_t mark_words(std::size_t text) noexcept {
  return text / 64 + 3;
}

[[gnu::noinline]] inline bool holds_apart(value_check check, const char* begin, const char* end) {
  check_report report;
  return check({begin, static_cast<std::size_t>(end - begin)}, report);
}
[[gnu::always_inline]] inline bool holds(value_check check, const char* begin, const char* end) {
  return check == nullptr || holds_apart(check, begin, end);
}

}  // namespace callgate::json::detail::engine
