// SPDX-License-Identifier: Apache-2.0
// OpenSSL's memory, in programs that are linked with openssl_heap.cpp: counted, and failing on
// demand.
#pragma once

#include <atomic>
#include <cstddef>

namespace openssl_heap {

extern const bool is_counted;  // false: OpenSSL had taken memory before
extern std::atomic<std::size_t> bytes;
extern std::atomic<std::size_t> allocations;
extern std::atomic<std::size_t> fails_after;  // so many allocations succeed, all later ones fail

}  // namespace openssl_heap
