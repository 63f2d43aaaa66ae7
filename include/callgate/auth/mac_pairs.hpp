// SPDX-License-Identifier: Apache-2.0
// Several MACs, two at a time.
#pragma once

#include <callgate/auth/digest_openssl.hpp>
#include <callgate/auth/known_mac.hpp>

#include <string_view>

namespace callgate::auth {

// Threads: one.
class mac_pairs {
 public:
  // Computed with the next one; the last of an odd number never is. Lifetime: key and message as
  // long as the result, `to` until the next call.
  void add(const hmac_sha256& key, std::string_view message, known_mac& to) noexcept {
    if (to_ == nullptr) {
      key_ = &key;
      message_ = message;
      to_ = &to;
      return;
    }
    const auto both = hmac_sha256::mac_pair(*key_, message_, key, message);
    *to_ = both[0];
    to = both[1];
    to_ = nullptr;
  }

 private:
  const hmac_sha256* key_ = nullptr;
  std::string_view message_;
  known_mac* to_ = nullptr;  // nullptr: none waits
};

}  // namespace callgate::auth
