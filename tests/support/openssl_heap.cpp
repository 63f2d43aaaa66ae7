// SPDX-License-Identifier: Apache-2.0
// Gives OpenSSL an allocator that counts.
#include "tests/support/openssl_heap.hpp"

#include <openssl/crypto.h>

#include <cstdint>
#include <cstdlib>

#include <malloc.h>

namespace openssl_heap {
namespace {

bool fails() {
  ++allocations;
  if (fails_after == SIZE_MAX) return false;
  if (fails_after == 0) return true;
  --fails_after;
  return false;
}

void* take(std::size_t size, const char*, int) {
  void* const made = fails() ? nullptr : std::malloc(size);
  bytes += made != nullptr ? ::malloc_usable_size(made) : 0;
  return made;
}
void give(void* p, const char*, int) {
  bytes -= p != nullptr ? ::malloc_usable_size(p) : 0;
  std::free(p);
}
void* retake(void* p, std::size_t size, const char* file, int line) {
  if (size == 0) return give(p, file, line), nullptr;
  if (fails()) return nullptr;
  bytes -= p != nullptr ? ::malloc_usable_size(p) : 0;
  void* const made = std::realloc(p, size);
  bytes += ::malloc_usable_size(made);
  return made;
}

}  // namespace

std::atomic<std::size_t> bytes = 0;
std::atomic<std::size_t> allocations = 0;
std::atomic<std::size_t> fails_after = SIZE_MAX;
const bool is_counted = CRYPTO_set_mem_functions(&take, &retake, &give) == 1;

}  // namespace openssl_heap
