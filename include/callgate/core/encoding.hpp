// SPDX-License-Identifier: Apache-2.0
// Hexadecimal and base64, strict, into the caller's memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

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

constexpr int base64_digit(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

}  // namespace detail

// Bytes of a hexadecimal text of either case. Empty optional: odd length, another character, or no
// room.
[[nodiscard]] constexpr std::optional<std::size_t> decode_hex(
    std::string_view text, std::span<std::uint8_t> out) noexcept {
  if (text.size() % 2 != 0 || text.size() / 2 > out.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); i += 2) {
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
  std::uint32_t bits = 0;
  std::size_t written = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pad = i >= text.size() - padding;
    const int digit = pad ? 0 : detail::base64_digit(text[i]);
    if (digit < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    if (i % 4 != 3) continue;
    for (int shift = 16; shift >= 0; shift -= 8) {
      const auto byte = static_cast<std::uint8_t>(bits >> shift);
      if (written < size)
        out[written++] = byte;
      else if (byte != 0)
        return std::nullopt;
    }
    bits = 0;
  }
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
