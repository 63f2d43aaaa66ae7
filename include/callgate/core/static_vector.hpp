// SPDX-License-Identifier: Apache-2.0
// A vector of fixed capacity, without the heap.
#pragma once

#include <array>
#include <cstddef>

namespace callgate {

template <class T, std::size_t Capacity>
class static_vector {
 public:
  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] static constexpr std::size_t capacity() noexcept { return Capacity; }
  [[nodiscard]] constexpr bool full() const noexcept { return size_ == Capacity; }

  // False, and no change, when full.
  [[nodiscard]] constexpr bool push_back(const T& value) noexcept {
    if (full()) return false;
    items_[size_++] = value;
    return true;
  }
  constexpr void clear() noexcept { size_ = 0; }

  [[nodiscard]] constexpr T& operator[](std::size_t i) noexcept { return items_[i]; }
  [[nodiscard]] constexpr const T& operator[](std::size_t i) const noexcept { return items_[i]; }
  [[nodiscard]] constexpr T& back() noexcept { return items_[size_ - 1]; }
  [[nodiscard]] constexpr const T* begin() const noexcept { return items_.data(); }
  [[nodiscard]] constexpr const T* end() const noexcept { return items_.data() + size_; }

 private:
  std::array<T, Capacity> items_{};
  std::size_t size_ = 0;
};

}  // namespace callgate
