// SPDX-License-Identifier: Apache-2.0
// A sequence with inline room that moves to an arena when it needs more: the arrays of generated
// structs.
#pragma once

#include <callgate/core/arena.hpp>

#include <algorithm>
#include <cstddef>
#include <new>
#include <span>
#include <type_traits>

namespace callgate {

// Shape: T[0..max_items), the first Inline of them without the arena.
// Lifetime: beyond Inline, elements live in the arena that push_back was given. Copies share them.
template <class T, std::size_t Inline>
class arena_vector {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  constexpr arena_vector() noexcept {}  // or `{}` would write zeros to all of it
  using value_type = T;
  static constexpr std::size_t inline_capacity = Inline;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] const T* data() const noexcept {
    return spilled_ != nullptr ? spilled_ : inline_.items;
  }
  [[nodiscard]] T* data() noexcept { return spilled_ != nullptr ? spilled_ : inline_.items; }
  [[nodiscard]] const T* begin() const noexcept { return data(); }
  [[nodiscard]] const T* end() const noexcept { return data() + size_; }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return data()[i]; }
  [[nodiscard]] std::span<const T> span() const noexcept { return {data(), size_}; }

  // Room for one more element, default-initialised; nullptr when the arena is used up. The first
  // spill takes room for max_items at once: no growth by copying, and the arena's worst case is
  // known when compiling.
  [[nodiscard]] T* push_back(arena& memory, std::size_t max_items) noexcept {
    T* const place = push_room(memory, max_items);
    return place == nullptr ? nullptr : ::new (static_cast<void*>(place)) T{};
  }

  // The same, but the caller creates the element there.
  [[nodiscard]] T* push_room(arena& memory, std::size_t max_items) noexcept {
    if (size_ == Inline && spilled_ == nullptr) {
      spilled_ = memory.allocate_array<T>(std::max(max_items, Inline + 1));
      if (spilled_ == nullptr) return nullptr;
      capacity_ = std::max(max_items, Inline + 1);
      std::copy_n(inline_.items, size_, spilled_);
    }
    if (size_ == capacity_) return nullptr;
    return data() + size_++;
  }

 private:
  // Room for elements, not elements: nothing is written before it is needed.
  union room {
    constexpr room() noexcept {}
    T items[Inline];
  };

  room inline_;
  T* spilled_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = Inline;
};

}  // namespace callgate
