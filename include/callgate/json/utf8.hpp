// SPDX-License-Identifier: Apache-2.0
// Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace callgate::json {

// One step through a text. Of bytes that are not UTF-8, `size` is the longest part that could have
// begun a sequence (at least 1): what one U+FFFD replaces.
struct utf8_step {
  std::size_t size;
  bool valid;
};

// Demands: at < end. Source: Unicode 15, table 3-7.
[[nodiscard]] constexpr utf8_step utf8_next(const char* at, const char* end) noexcept {
  const auto byte = [at](std::size_t i) { return static_cast<unsigned char>(at[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {1, true};
  const std::size_t size = lead < 0xc2 || lead > 0xf4 ? 0U
                           : lead < 0xe0              ? 2U
                           : lead < 0xf0              ? 3U
                                                      : 4U;
  if (size == 0) return {1, false};
  // The second byte excludes overlong forms (e0, f0), surrogates (ed) and what is above U+10FFFF
  // (f4).
  unsigned low = lead == 0xe0 ? 0xa0U : lead == 0xf0 ? 0x90U : 0x80U;
  unsigned high = lead == 0xed ? 0x9fU : lead == 0xf4 ? 0x8fU : 0xbfU;
  for (std::size_t i = 1; i < size; ++i, low = 0x80, high = 0xbf)
    if (at + i == end || byte(i) < low || byte(i) > high) return {i, false};
  return {size, true};
}

[[nodiscard]] constexpr bool is_utf8(std::string_view text) noexcept {
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const utf8_step step = utf8_next(at, end);
    if (!step.valid) return false;
    at += step.size;
  }
  return true;
}

// Demands: valid UTF-8.
[[nodiscard]] constexpr std::size_t count_code_points(std::string_view text) noexcept {
  std::size_t n = 0;
  for (const char c : text) n += (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  return n;
}

struct decoded_code_point {
  char32_t value;
  std::size_t size;  // bytes
};

// The first code point. Demands: text is not empty and valid UTF-8.
[[nodiscard]] constexpr decoded_code_point decode_utf8(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  char32_t value = lead & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i)
    value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
  return {value, size};
}

// Writes 1 to 4 bytes, answers how many. Demands: a scalar value.
constexpr std::size_t encode_utf8(char32_t c, char* out) noexcept {
  const auto tail = [c](unsigned shift) {
    return static_cast<char>(0x80U | ((c >> shift) & 0x3fU));
  };
  if (c < 0x80) return out[0] = static_cast<char>(c), 1;
  if (c < 0x800) return out[0] = static_cast<char>(0xc0U | (c >> 6)), out[1] = tail(0), 2;
  if (c < 0x10000) {
    out[0] = static_cast<char>(0xe0U | (c >> 12)), out[1] = tail(6), out[2] = tail(0);
    return 3;
  }
  out[0] = static_cast<char>(0xf0U | (c >> 18)), out[1] = tail(12), out[2] = tail(6),
  out[3] = tail(0);
  return 4;
}

}  // namespace callgate::json
