// SPDX-License-Identifier: Apache-2.0
// A place in the history as a text that nobody reads: what the API calls a cursor.
#pragma once

#include <callgate/core/encoding.hpp>
#include <callgate/store/history_query.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callgate::store {

namespace detail {

// version, kind, time, number: a multiple of three, so that base64 needs no padding.
inline constexpr std::size_t cursor_bytes = 18;
inline constexpr std::uint8_t cursor_version = 1;

inline void put_integer(std::uint8_t* to, std::int64_t value) noexcept {
  for (int i = 0; i < 8; ++i)
    to[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (56 - 8 * i));
}

[[nodiscard]] inline std::int64_t get_integer(const std::uint8_t* from) noexcept {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | from[i];
  return static_cast<std::int64_t>(value);
}

}  // namespace detail

// In the alphabet for URLs. Source: RFC 4648 5.
[[nodiscard]] inline std::string cursor_text(const history_position& at) {
  std::array<std::uint8_t, detail::cursor_bytes> bytes{};
  bytes[0] = detail::cursor_version;
  bytes[1] = at.quarantined ? 1 : 0;
  detail::put_integer(&bytes[2], at.at);
  detail::put_integer(&bytes[10], at.number);
  std::string text(detail::cursor_bytes / 3 * 4, '\0');
  encode_base64(bytes, text);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

// Nothing for a text that cursor_text() does not write.
[[nodiscard]] inline std::optional<history_position> read_cursor(std::string_view text) {
  if (text.find_first_of("+/") != std::string_view::npos) return std::nullopt;
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '-', '+');
  std::replace(plain.begin(), plain.end(), '_', '/');
  std::array<std::uint8_t, detail::cursor_bytes> bytes{};
  if (decode_base64(plain, bytes) != detail::cursor_bytes) return std::nullopt;
  if (bytes[0] != detail::cursor_version || bytes[1] > 1) return std::nullopt;
  return history_position{detail::get_integer(&bytes[2]), bytes[1] == 1,
                          detail::get_integer(&bytes[10])};
}

}  // namespace callgate::store
