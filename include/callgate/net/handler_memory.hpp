// SPDX-License-Identifier: Apache-2.0
// Memory for one asynchronous operation at a time, so that Asio allocates nothing per operation.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <new>

namespace callgate::net {

// Threads: one operation at a time, from whichever thread; handing over happens by the operation
// itself.
class handler_memory {
 public:
  static constexpr std::size_t capacity_bytes =
      512;  // Asio 1.22's largest operation here takes about 300

  handler_memory() = default;
  handler_memory(const handler_memory&) = delete;
  handler_memory& operator=(const handler_memory&) = delete;

  // Falls back to the heap when the slot is taken or too small: correct, and seen by the allocation
  // tests.
  [[nodiscard]] void* allocate(std::size_t bytes) {
    if (bytes <= capacity_bytes && !taken_.exchange(true, std::memory_order_acquire))
      return storage_.data();
    return ::operator new(bytes);
  }
  void deallocate(void* place) noexcept {
    if (place == storage_.data())
      taken_.store(false, std::memory_order_release);
    else
      ::operator delete(place);
  }

 private:
  alignas(std::max_align_t) std::array<std::byte, capacity_bytes> storage_;
  std::atomic<bool> taken_{false};
};

// The allocator that Asio is told to use with a handler.
template <class T>
class handler_allocator {
 public:
  using value_type = T;

  explicit handler_allocator(handler_memory& memory) noexcept : memory_(&memory) {}
  template <class U>
  handler_allocator(const handler_allocator<U>& other) noexcept : memory_(&other.memory()) {}

  [[nodiscard]] T* allocate(std::size_t n) {
    return static_cast<T*>(memory_->allocate(n * sizeof(T)));
  }
  void deallocate(T* place, std::size_t) noexcept { memory_->deallocate(place); }
  [[nodiscard]] handler_memory& memory() const noexcept { return *memory_; }

  template <class U>
  friend bool operator==(const handler_allocator& a, const handler_allocator<U>& b) noexcept {
    return &a.memory() == &b.memory();
  }

 private:
  handler_memory* memory_;
};

// Calls a member function of an object that outlives the operation.
template <class Object, auto Function>
class bound_handler {
 public:
  using allocator_type = handler_allocator<std::byte>;

  bound_handler(Object& object, handler_memory& memory) noexcept
      : object_(&object), memory_(&memory) {}

  [[nodiscard]] allocator_type get_allocator() const noexcept { return allocator_type(*memory_); }

  template <class... Args>
  void operator()(Args&&... args) const {
    (object_->*Function)(static_cast<Args&&>(args)...);
  }

 private:
  Object* object_;
  handler_memory* memory_;
};

}  // namespace callgate::net
