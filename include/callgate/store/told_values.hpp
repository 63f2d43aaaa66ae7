// SPDX-License-Identifier: Apache-2.0
// What an answer tells of a task: values that the store worked out, copied out of its memory.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/provider/scalar.hpp>

#include <array>
#include <cstddef>
#include <span>

namespace callgate::store {

// In the order of the provider's told. A text that finds no room any more is null.
// Lifetime: the view until the next clear() or add(). Cost: no heap; making one clears nothing.
class told_values {
 public:
  told_values() noexcept {}  // NOLINT: the arrays stay as they are until something is added
  told_values(const told_values&) = delete;
  told_values& operator=(const told_values&) = delete;

  void clear() noexcept { count_ = used_bytes_ = 0; }

  // What is too much is left out: the generator refuses a schema that tells so many.
  void add(const scalar& value) noexcept {
    if (count_ < values_.size()) values_[count_++] = kept(value);
  }

  [[nodiscard]] std::span<const scalar> view() const noexcept { return {values_.data(), count_}; }

 private:
  scalar kept(scalar value) noexcept {
    if (value.kind != scalar::type::text) return value;
    if (value.text.size() > texts_.size() - used_bytes_) return {};
    char* const room = texts_.data() + used_bytes_;
    used_bytes_ += value.text.copy(room, value.text.size());
    value.text = {room, value.text.size()};
    return value;
  }

  std::size_t count_ = 0;
  std::size_t used_bytes_ = 0;
  std::array<scalar, limits::max_told_values> values_;
  std::array<char, limits::max_told_bytes> texts_;
};

}  // namespace callgate::store
