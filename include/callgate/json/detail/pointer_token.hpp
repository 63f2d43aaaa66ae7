// SPDX-License-Identifier: Apache-2.0
// One token of a JSON Pointer, compared with what stands in a text; neither is copied.
#pragma once

#include <callgate/json/string.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace callgate::json::detail {

// Takes the next byte that the token stands for off its front. A '~' followed by neither 0 nor 1
// stands for nothing.
inline std::optional<char> next_of_token(std::string_view& token) noexcept {
  if (token.empty()) return std::nullopt;
  const char c = token.front();
  token.remove_prefix(1);
  if (c != '~') return c;
  const char kind = token.empty() ? '\0' : token.front();
  if (kind != '0' && kind != '1') return std::nullopt;
  token.remove_prefix(1);
  return kind == '0' ? '~' : '/';
}

// Demands: a scanned key.
inline bool token_names(std::string_view token, const string_token& key) noexcept {
  const char* at = key.text.data();
  const char* const end = at + key.text.size();
  while (at != end) {
    char bytes[4];
    const std::size_t n = decode_next(at, end, bytes);
    for (std::size_t i = 0; i < n; ++i)
      if (next_of_token(token) != bytes[i]) return false;
  }
  return token.empty();
}

// Digits without leading zeros; "-", the place behind the last item, names nothing that is there.
inline std::optional<std::size_t> token_index(std::string_view token) noexcept {
  if (token.empty() || token.size() > 9 || (token.front() == '0' && token.size() > 1))
    return std::nullopt;
  std::size_t index = 0;
  for (const char c : token) {
    if (c < '0' || c > '9') return std::nullopt;
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  return index;
}

}  // namespace callgate::json::detail
