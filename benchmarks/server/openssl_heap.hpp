// SPDX-License-Identifier: Apache-2.0
// Lets OpenSSL take its memory behind the counter's back: by TLS, what it does for itself is not
// what a server does.
#pragma once

#include <openssl/crypto.h>

#include <cstddef>
#include <cstdlib>

extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_realloc(void* place, std::size_t bytes);
}

namespace server_benchmark {

// Before anything else of OpenSSL is called; not where its HMAC is to be counted.
inline void do_not_count_openssl() {
  CRYPTO_set_mem_functions(
      [](std::size_t bytes, const char*, int) { return __libc_malloc(bytes); },
      [](void* place, std::size_t bytes, const char*, int) { return __libc_realloc(place, bytes); },
      [](void* place, const char*, int) { std::free(place); });
}

}  // namespace server_benchmark
