// SPDX-License-Identifier: Apache-2.0
// Ownership of what OpenSSL counts or frees.
#pragma once

#include <memory>

namespace callgate::tls {

template <auto Free>
struct openssl_deleter {
  template <class T>
  void operator()(T* owned) const noexcept {
    Free(owned);
  }
};

// openssl_handle<SSL, &SSL_free>
template <class T, auto Free>
using openssl_handle = std::unique_ptr<T, openssl_deleter<Free>>;

}  // namespace callgate::tls
