// SPDX-License-Identifier: Apache-2.0
// Texts by a pattern with stars.
#pragma once

#include <string_view>

namespace callgate {

// Whether the whole text fits: a star is any run of bytes, an empty one too; all else is itself.
// Cost: one search through the text for each run between two stars, and never a step back.
[[nodiscard]] constexpr bool fits_glob(std::string_view pattern, std::string_view text) noexcept {
  auto star = pattern.find('*');
  if (star == pattern.npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  text.remove_prefix(star);
  for (;;) {
    pattern.remove_prefix(star + 1);
    star = pattern.find('*');
    if (star == pattern.npos) return text.ends_with(pattern);
    const auto at = text.find(pattern.substr(0, star));
    if (at == text.npos) return false;
    text.remove_prefix(at + star);
  }
}

}  // namespace callgate
