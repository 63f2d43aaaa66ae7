// SPDX-License-Identifier: Apache-2.0
// The header fields of one message, in the order they came.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/core/static_vector.hpp>
#include <callgate/http/detail/ascii.hpp>
#include <callgate/http/field.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace callgate::http {

// Shape: static_vector<field, limits::max_fields>. Names are compared without regard to case.
// Lifetime: as that of the bytes the fields point into.
// Cost: find() and count() look at every field; equal lengths are compared byte by byte.
class fields {
 public:
  // The first one of this name. Repeated fields that matter are for the caller to refuse: count().
  [[nodiscard]] constexpr std::optional<std::string_view> find(
      std::string_view name) const noexcept {
    for (const field& f : items_)
      if (detail::equals_ignoring_case(f.name, name)) return f.value;
    return std::nullopt;
  }

  [[nodiscard]] constexpr std::size_t count(std::string_view name) const noexcept {
    std::size_t n = 0;
    for (const field& f : items_) n += detail::equals_ignoring_case(f.name, name) ? 1u : 0u;
    return n;
  }

  // False, and no change, when there are max_fields already.
  [[nodiscard]] constexpr bool push_back(const field& f) noexcept { return items_.push_back(f); }
  constexpr void clear() noexcept { items_.clear(); }

  [[nodiscard]] constexpr std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] constexpr bool empty() const noexcept { return items_.empty(); }
  [[nodiscard]] constexpr const field& operator[](std::size_t i) const noexcept {
    return items_[i];
  }
  [[nodiscard]] constexpr const field* begin() const noexcept { return items_.begin(); }
  [[nodiscard]] constexpr const field* end() const noexcept { return items_.end(); }

 private:
  static_vector<field, limits::max_fields> items_{};
};

}  // namespace callgate::http
