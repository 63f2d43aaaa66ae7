// SPDX-License-Identifier: Apache-2.0
// A schema's constant table: a key, and what belongs to it.
#pragma once

#include <callgate/provider/scalar.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace callgate {

struct lookup_table {
  std::span<const std::string_view> keys;  // sorted
  std::span<const scalar> cells;           // row after row
  std::size_t columns;

  // Null when there is no such key.
  [[nodiscard]] constexpr scalar find(std::string_view key, std::size_t column) const noexcept {
    const auto at = std::lower_bound(keys.begin(), keys.end(), key);
    if (at == keys.end() || *at != key) return {};
    return cells[static_cast<std::size_t>(at - keys.begin()) * columns + column];
  }
};

}  // namespace callgate
