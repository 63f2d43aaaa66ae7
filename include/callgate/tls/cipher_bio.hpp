// SPDX-License-Identifier: Apache-2.0
// OpenSSL's way to the bytes of a connection: out of one piece of memory, into another.
#pragma once

#include <callgate/tls/handshake_guard.hpp>
#include <callgate/tls/openssl_handle.hpp>

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>

namespace callgate::tls {

// What a BIO of cipher_bio_method() reads and writes. Nothing is copied but by OpenSSL's asking.
struct cipher_bytes {
  std::span<const char> in;  // what it may still take
  std::span<char> out;       // all of the room
  std::size_t out_end = 0;   // how much of it is filled
  SSL* owner = nullptr;
  handshake_guard guard;
  bool is_guarded = true;  // until the handshake is done
  bool is_refused = false;
};

namespace detail {

// -1 and nothing else says "not now": to a 0, a part of OpenSSL believes that it was done.
inline int read_cipher_bytes(BIO* bio, char* to, int room) {
  auto& bytes = *static_cast<cipher_bytes*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const std::size_t count = std::min(static_cast<std::size_t>(room), bytes.in.size());
  if (count == 0) BIO_set_retry_read(bio);
  if (count == 0) return -1;
  if (bytes.is_guarded) {
    const bool is_tls_1_2 = SSL_version(bytes.owner) == TLS1_2_VERSION;
    bytes.is_refused = !bytes.guard.take(bytes.in.data(), count, is_tls_1_2);
  }
  if (bytes.is_refused) return -1;
  std::memcpy(to, bytes.in.data(), count);
  bytes.in = bytes.in.subspan(count);
  return static_cast<int>(count);
}

inline int write_cipher_bytes(BIO* bio, const char* from, int size) {
  auto& bytes = *static_cast<cipher_bytes*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const std::size_t free = bytes.out.size() - bytes.out_end;
  const std::size_t count = std::min(static_cast<std::size_t>(size), free);
  if (count == 0) BIO_set_retry_write(bio);
  if (count == 0) return -1;
  std::memcpy(bytes.out.data() + bytes.out_end, from, count);
  bytes.out_end += count;
  return static_cast<int>(count);
}

// A flush has nothing to do; whatever else OpenSSL may ask for is not known here.
inline long control_cipher_bytes(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

}  // namespace detail

using bio_method = openssl_handle<BIO_METHOD, &BIO_meth_free>;

// Null: no memory. Lifetime: must outlive its BIOs, whose data is a cipher_bytes.
[[nodiscard]] inline bio_method cipher_bio_method() noexcept {
  bio_method method(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "callgate"));
  if (!method) return method;
  BIO_meth_set_read(method.get(), &detail::read_cipher_bytes);
  BIO_meth_set_write(method.get(), &detail::write_cipher_bytes);
  BIO_meth_set_ctrl(method.get(), &detail::control_cipher_bytes);
  return method;
}

}  // namespace callgate::tls
