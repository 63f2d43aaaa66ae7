// SPDX-License-Identifier: Apache-2.0
// A schema's constant table: a key, and what belongs to it.
#pragma once

#include <callgate/provider/glob.hpp>
#include <callgate/provider/scalar.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace callgate {

struct lookup_table {
  std::span<const std::string_view> keys;  // sorted, unless they are rules
  std::span<const scalar> cells;           // row after row
  std::size_t columns;
  bool has_rules = false;  // keys are globs: the first that fits counts

  // Null when no row has that key, and for an empty one.
  [[nodiscard]] constexpr scalar find(std::string_view key, std::size_t column) const noexcept {
    const std::size_t row = key.empty() ? keys.size() : row_of(key);
    return row == keys.size() ? scalar{} : cells[row * columns + column];
  }

 private:
  [[nodiscard]] constexpr std::size_t row_of(std::string_view key) const noexcept {
    const auto begin = keys.begin(), end = keys.end();
    auto at = has_rules ? std::find_if(begin, end, [key](auto k) { return fits_glob(k, key); })
                        : std::lower_bound(begin, end, key);
    if (!has_rules && at != end && *at != key) at = end;
    return static_cast<std::size_t>(at - begin);
  }
};

}  // namespace callgate
