// SPDX-License-Identifier: Apache-2.0
// Stands before the C library's allocator, for the whole process. operator new ends here, too.
#include "heap.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>

extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* place, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
}

namespace {

// Each thread has a counter of its own: a locked addition would be paid by who allocates, which is
// not us. The last counter is for all threads beyond the others.
constexpr std::size_t counters = 128;
std::atomic<std::size_t> counts[counters];
std::atomic<std::size_t> threads{0};
thread_local std::size_t own = counters;  // none yet

void count() noexcept {
  if (own == counters) own = std::min(threads.fetch_add(1), counters - 1);
  if (own == counters - 1) {
    counts[own].fetch_add(1, std::memory_order_relaxed);
  } else {
    counts[own].store(counts[own].load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
}

}  // namespace

std::size_t benchmark::allocations() noexcept {
  std::size_t out = 0;
  for (const auto& each : counts) out += each.load(std::memory_order_relaxed);
  return out;
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
