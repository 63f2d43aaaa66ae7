// SPDX-License-Identifier: Apache-2.0
// A sequence with inline room that moves to an arena when it needs more: the arrays of generated
// structs.
#pragma once

#include <callgate/core/arena.hpp>

#include <cstddef>
#include <cstring>
#include <new>
#include <span>
#include <type_traits>

namespace callgate {

// What every arena_vector begins with, whatever its items are.
struct arena_array {
  void* spilled = nullptr;  // where the items are, once they do not fit the inline room
  std::size_t size = 0;
  std::size_t capacity = 0;
};

// Shape: T[0..max_items), the first Inline of them without the arena.
// Lifetime: beyond Inline, elements live in the arena that push_back was given. Copies share them.
template <class T, std::size_t Inline>
class arena_vector {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  using value_type = T;
  static constexpr std::size_t inline_capacity = Inline;
  // Bytes from the start of the vector to its inline room.
  static constexpr std::size_t inline_offset =
      (sizeof(arena_array) + alignof(T) - 1) / alignof(T) * alignof(T);

  constexpr arena_vector() noexcept {}  // or `{}` would write zeros to all of it

  [[nodiscard]] std::size_t size() const noexcept { return array_.size; }
  [[nodiscard]] bool empty() const noexcept { return array_.size == 0; }
  [[nodiscard]] const T* data() const noexcept {
    return array_.spilled != nullptr ? static_cast<const T*>(array_.spilled) : inline_.items;
  }
  [[nodiscard]] T* data() noexcept {
    return array_.spilled != nullptr ? static_cast<T*>(array_.spilled) : inline_.items;
  }
  [[nodiscard]] const T* begin() const noexcept { return data(); }
  [[nodiscard]] const T* end() const noexcept { return data() + size(); }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return data()[i]; }
  [[nodiscard]] std::span<const T> span() const noexcept { return {data(), size()}; }

  // Room for one more element, default-initialised; nullptr when the arena is used up. The first
  // spill takes room for max_items at once: no growth by copying, and the arena's worst case is
  // known when compiling.
  [[nodiscard]] T* push_back(arena& memory, std::size_t max_items) noexcept {
    if (array_.size == Inline && array_.spilled == nullptr) {
      const std::size_t most = max_items > Inline ? max_items : Inline + 1;
      void* const place = memory.allocate_room(most, sizeof(T), alignof(T));
      if (place == nullptr) return nullptr;
      std::memcpy(place, static_cast<const void*>(inline_.items), Inline * sizeof(T));
      array_.spilled = place, array_.capacity = most;
    }
    if (array_.size == array_.capacity) return nullptr;
    return ::new (static_cast<void*>(data() + array_.size++)) T{};
  }

 private:
  // Room for elements, not elements: nothing is written before it is needed.
  union room {
    constexpr room() noexcept {}
    T items[Inline == 0 ? 1 : Inline];
  };

  arena_array array_{.capacity = Inline};
  room inline_;
};

}  // namespace callgate
