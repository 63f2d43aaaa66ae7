// SPDX-License-Identifier: Apache-2.0
// Counts this thread's allocations. Include it in one source file of a program only.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

namespace counted_heap {
inline thread_local std::size_t allocations = 0;
}

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
