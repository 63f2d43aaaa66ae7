// SPDX-License-Identifier: Apache-2.0
// Bump allocation over memory that somebody else owns: what one request needs beside its bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace callgate {

// Hands out pieces of a fixed buffer, never calls the heap, never runs destructors.
// Lifetime: pieces live until reset() or until the buffer goes, whichever is first.
// Errors: allocate() and create() answer nullptr when the buffer is used up.
class arena {
 public:
  arena() = default;
  explicit arena(std::span<std::byte> buffer) noexcept : buffer_(buffer) {}
  arena(const arena&) = delete;
  arena& operator=(const arena&) = delete;

  // Demands: alignment is a power of two.
  [[nodiscard]] void* allocate(std::size_t bytes, std::size_t alignment) noexcept {
    // What std::align does; <memory> would be a tenth of what a generated header costs.
    std::byte* const place = buffer_.data() + used_;
    const std::size_t space = buffer_.size() - used_;
    const std::size_t gap = -reinterpret_cast<std::uintptr_t>(place) & (alignment - 1);
    if (gap > space || bytes > space - gap) return nullptr;
    used_ += gap + bytes;
    return place + gap;
  }

  // Room for n items that the caller creates, or nullptr.
  [[nodiscard]] void* allocate_room(std::size_t n, std::size_t item,
                                    std::size_t alignment) noexcept {
    return n > buffer_.size() / item ? nullptr : allocate(n * item, alignment);
  }

  // n default-initialised Ts, so numbers and characters of any value, or nullptr.
  template <class T>
  [[nodiscard]] T* allocate_array(std::size_t n) noexcept {
    static_assert(std::is_trivially_destructible_v<T>, "an arena runs no destructors");
    void* place = allocate_room(n, sizeof(T), alignof(T));
    return place == nullptr ? nullptr : new (place) T[n];
  }

  // Without arguments it is default-initialised, too: T() would first write zeros to all of it.
  template <class T, class... Args>
  [[nodiscard]] T* create(Args&&... args) noexcept {
    static_assert(std::is_trivially_destructible_v<T>, "an arena runs no destructors");
    void* place = allocate(sizeof(T), alignof(T));
    if (place == nullptr) return nullptr;
    if constexpr (sizeof...(Args) == 0)
      return new (place) T;
    else
      return new (place) T(std::forward<Args>(args)...);
  }

  // Gives back the bytes from `mark` on; `mark` is an earlier used().
  void rewind(std::size_t mark) noexcept { used_ = mark; }
  void reset(std::span<std::byte> buffer) noexcept { buffer_ = buffer, used_ = 0; }

  [[nodiscard]] std::size_t used() const noexcept { return used_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return buffer_.size(); }

 private:
  std::span<std::byte> buffer_{};
  std::size_t used_ = 0;
};

}  // namespace callgate
