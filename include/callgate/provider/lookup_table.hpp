// SPDX-License-Identifier: Apache-2.0
// A schema's constant table: a key, and what belongs to it.
#pragma once

#include <callgate/core/partition_point.hpp>
#include <callgate/provider/glob.hpp>
#include <callgate/provider/scalar.hpp>

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
    if (has_rules) return first_rule_for(key);
    const std::size_t at = partition_point(keys, [key](std::string_view k) { return k < key; });
    return at != keys.size() && keys[at] == key ? at : keys.size();
  }
  [[nodiscard]] constexpr std::size_t first_rule_for(std::string_view key) const noexcept {
    std::size_t at = 0;
    while (at != keys.size() && !fits_glob(keys[at], key)) ++at;
    return at;
  }
};

}  // namespace callgate
