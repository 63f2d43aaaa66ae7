// SPDX-License-Identifier: Apache-2.0
// A string literal as a template argument.
#pragma once

#include <cstddef>
#include <string_view>

namespace callgate {

template <std::size_t N>
struct fixed_string {
  char text[N]{};

  consteval fixed_string(const char (&literal)[N]) {
    for (std::size_t i = 0; i < N; ++i) text[i] = literal[i];
  }

  [[nodiscard]] constexpr std::string_view view() const noexcept { return {text, N - 1}; }
};

}  // namespace callgate
