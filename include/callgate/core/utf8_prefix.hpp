// SPDX-License-Identifier: Apache-2.0
// The beginning of a text that fits, without half a character at its end.
#pragma once

#include <cstddef>
#include <string_view>

namespace callgate {

// At most max_bytes; never ends inside a UTF-8 sequence.
[[nodiscard]] constexpr std::string_view utf8_prefix(std::string_view text,
                                                     std::size_t max_bytes) noexcept {
  if (text.size() <= max_bytes) return text;
  std::size_t size = max_bytes;
  // 10xxxxxx continues a sequence that began before the cut.
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U) --size;
  return text.substr(0, size);
}

}  // namespace callgate
