// SPDX-License-Identifier: Apache-2.0
// Stands before the C library's allocator, for the whole process. operator new ends here, too.
#include "heap.hpp"

#include <atomic>
#include <cstddef>

extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* place, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
}

namespace {
std::atomic<std::size_t> total{0};

void count() noexcept {
  total.fetch_add(1, std::memory_order_relaxed);
}
}  // namespace

std::size_t server_benchmark::allocations() noexcept {
  return total.load(std::memory_order_relaxed);
}

extern "C" {
void* malloc(std::size_t bytes) {
  return count(), __libc_malloc(bytes);
}
void* calloc(std::size_t items, std::size_t bytes) {
  return count(), __libc_calloc(items, bytes);
}
void* realloc(void* place, std::size_t bytes) {
  return count(), __libc_realloc(place, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  return count(), __libc_memalign(alignment, bytes);
}
int posix_memalign(void** place, std::size_t alignment, std::size_t bytes) {
  *place = aligned_alloc(alignment, bytes);
  return *place == nullptr ? 12 /* ENOMEM */ : 0;
}
}
