// SPDX-License-Identifier: Apache-2.0
// A sequence with inline room that moves to an arena when it needs more: the arrays of generated
// structs.
#pragma once

#include <callgate/core/arena.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <type_traits>

namespace callgate {

// Shape: T[0..max_items), the first Inline of them without the arena.
// Lifetime: beyond Inline, elements live in the arena that push_back was given. Copies share them.
template <class T, std::size_t Inline>
class arena_vector {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  using value_type = T;
  static constexpr std::size_t inline_capacity = Inline;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] const T* data() const noexcept {
    return spilled_ != nullptr ? spilled_ : inline_.data();
  }
  [[nodiscard]] T* data() noexcept { return spilled_ != nullptr ? spilled_ : inline_.data(); }
  [[nodiscard]] const T* begin() const noexcept { return data(); }
  [[nodiscard]] const T* end() const noexcept { return data() + size_; }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return data()[i]; }
  [[nodiscard]] std::span<const T> span() const noexcept { return {data(), size_}; }

  // Room for one more element, default-initialised; nullptr when the arena is used up. The first
  // spill takes room for max_items at once: no growth by copying, and the arena's worst case is
  // known when compiling.
  [[nodiscard]] T* push_back(arena& memory, std::size_t max_items) noexcept {
    if (size_ == Inline && spilled_ == nullptr) {
      const std::size_t room = max_items > Inline ? max_items : Inline + 1;
      spilled_ = memory.allocate_array<T>(room);
      if (spilled_ == nullptr) return nullptr;
      capacity_ = room;
      for (std::size_t i = 0; i < Inline; ++i) spilled_[i] = inline_[i];
    }
    if (size_ == capacity_) return nullptr;
    T* place = data() + size_++;
    *place = T{};
    return place;
  }

 private:
  std::array<T, Inline> inline_{};
  T* spilled_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = Inline;
};

}  // namespace callgate
