// SPDX-License-Identifier: Apache-2.0
// Hexadecimal and base64, strict, into the caller's memory.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace callgate {

namespace detail {

inline constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The compilers' own vectors: any processor that has some will use them.
using hex_digits = std::uint8_t __attribute__((vector_size(16)));
using hex_pairs = std::uint16_t __attribute__((vector_size(16)));
using hex_bytes = std::uint8_t __attribute__((vector_size(8)));

// Eight bytes of sixteen digits at once, without a branch. The result's bytes are 0 where there was
// no digit, else 255.
inline hex_digits decode_hex_block(const char* text, std::uint8_t* out) noexcept {
  hex_digits c;
  std::memcpy(&c, text, sizeof c);
  const hex_digits figure = c - '0', letter = (c | 0x20) - 'a';
  const auto is_figure = reinterpret_cast<hex_digits>(figure < 10);
  const auto is_letter = reinterpret_cast<hex_digits>(letter < 6);
  const hex_digits value = (figure & is_figure) | ((letter + 10) & is_letter);
  const auto pairs = reinterpret_cast<hex_pairs>(value);  // the first digit in the lower byte
  const auto bytes =
      __builtin_convertvector((pairs << 4 | pairs >> 8) & std::uint16_t{0xff}, hex_bytes);
  std::memcpy(out, &bytes, sizeof bytes);
  return is_figure | is_letter;
}

// Whole blocks. False: not all are digits.
inline bool decode_hex_blocks(std::string_view text, std::uint8_t* out) noexcept {
  hex_digits all_digits = ~hex_digits{};
  for (std::size_t i = 0; i < text.size(); i += 16)
    all_digits &= decode_hex_block(text.data() + i, out + i / 2);
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &all_digits, sizeof all_digits);
  return (halves[0] & halves[1]) == ~std::uint64_t{0};
}

inline constexpr std::uint8_t no_base64_digit = 0xff;

inline constexpr std::array<std::uint8_t, 256> base64_digits = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_base64_digit);
  for (std::size_t i = 0; i < base64_alphabet.size(); ++i)
    table[static_cast<unsigned char>(base64_alphabet[i])] = static_cast<std::uint8_t>(i);
  return table;
}();

// 24 bits of four digits, or more if some of them are none.
constexpr std::uint32_t base64_group(const char* four) noexcept {
  const auto digit = [four](std::size_t i) -> std::uint32_t {
    return base64_digits[static_cast<unsigned char>(four[i])];
  };
  const std::uint32_t all = digit(0) | digit(1) | digit(2) | digit(3);
  if (all > 63) return ~std::uint32_t{0};
  return digit(0) << 18 | digit(1) << 12 | digit(2) << 6 | digit(3);
}

// The last group, of which so many digits are padding, canonical: unused bits are zero.
constexpr bool decode_base64_end(const char* four, std::size_t padding,
                                 std::uint8_t* out) noexcept {
  const std::array<char, 4> digits{four[0], four[1], padding > 1 ? 'A' : four[2],
                                   padding > 0 ? 'A' : four[3]};
  const std::uint32_t bits = base64_group(digits.data());
  if (bits >> 24 != 0) return false;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto byte = static_cast<std::uint8_t>(bits >> (16 - 8 * i));
    if (i < 3 - padding)
      out[i] = byte;
    else if (byte != 0)
      return false;
  }
  return true;
}

}  // namespace detail

// Bytes of a hexadecimal text of either case. Empty optional: odd length, another character, or no
// room.
[[nodiscard]] constexpr std::optional<std::size_t> decode_hex(
    std::string_view text, std::span<std::uint8_t> out) noexcept {
  if (text.size() % 2 != 0 || text.size() / 2 > out.size()) return std::nullopt;
  std::size_t i = 0;
  if (!std::is_constant_evaluated() && std::endian::native == std::endian::little &&
      text.size() >= 16) {
    i = text.size() / 16 * 16;
    if (!detail::decode_hex_blocks(text.substr(0, i), out.data())) return std::nullopt;
  }
  for (; i < text.size(); i += 2) {
    const int high = detail::hex_digit(text[i]);
    const int low = detail::hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out[i / 2] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return text.size() / 2;
}

// Writes 2 * bytes.size() lower-case digits; out must have room for them.
constexpr std::string_view encode_hex(std::span<const std::uint8_t> bytes,
                                      std::span<char> out) noexcept {
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out[2 * i] = digits[bytes[i] >> 4];
    out[2 * i + 1] = digits[bytes[i] & 15];
  }
  return {out.data(), 2 * bytes.size()};
}

// Bytes of a base64 text with padding, canonical (unused bits zero). Source: RFC 4648, section 4.
[[nodiscard]] constexpr std::optional<std::size_t> decode_base64(
    std::string_view text, std::span<std::uint8_t> out) noexcept {
  if (text.size() % 4 != 0 || text.empty()) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  const std::size_t size = text.size() / 4 * 3 - padding;
  if (size > out.size()) return std::nullopt;
  const char* four = text.data();
  std::uint8_t* to = out.data();
  for (; four != text.data() + text.size() - 4; four += 4, to += 3) {
    const std::uint32_t bits = detail::base64_group(four);
    if (bits >> 24 != 0) return std::nullopt;
    to[0] = static_cast<std::uint8_t>(bits >> 16);
    to[1] = static_cast<std::uint8_t>(bits >> 8);
    to[2] = static_cast<std::uint8_t>(bits);
  }
  if (!detail::decode_base64_end(four, padding, to)) return std::nullopt;
  return size;
}

// Writes with padding; out must have room for (bytes.size() + 2) / 3 * 4.
constexpr std::string_view encode_base64(std::span<const std::uint8_t> bytes,
                                         std::span<char> out) noexcept {
  std::size_t written = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = bytes.size() - i < 3 ? bytes.size() - i : 3;
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) bits = bits << 8 | (k < n ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out[written++] = k <= n ? detail::base64_alphabet[bits >> (18 - 6 * k) & 63] : '=';
  }
  return {out.data(), written};
}

}  // namespace callgate
