// SPDX-License-Identifier: Apache-2.0
// Replaces operator new by one that counts.
#include "tests/support/counted_heap.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

thread_local std::size_t counted_heap::allocations = 0;

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++counted_heap::allocations;
  if (void* const made = std::malloc(size == 0 ? 1 : size)) return made;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* p) noexcept {
  std::free(p);
}
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}
