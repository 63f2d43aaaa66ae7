// SPDX-License-Identifier: Apache-2.0
// The keys of session tickets: made here, never stored, replaced by time (RFC 5077 4 and 5.5).
#pragma once

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>
#include <span>
#include <utility>

namespace callgate::tls {

// The newest key seals tickets for key_lifetime; then it opens them for ticket_lifetime more. The
// first handshake after that replaces it: who reads a process' memory can open the tickets of two
// lifetimes, nothing older.
// Threads: any. Cost: one lock per handshake.
class ticket_keys {
 public:
  using clock = std::chrono::steady_clock;
  using name_bytes = std::array<unsigned char, 16>;

  static constexpr std::chrono::hours key_lifetime{2};
  static constexpr std::chrono::hours ticket_lifetime{2};

  // What OpenSSL's callback returns.
  enum class answer : int { failed = -1, unknown = 0, good = 1, good_but_renew = 2 };

  ticket_keys() = default;
  ticket_keys(const ticket_keys&) = delete;
  ticket_keys& operator=(const ticket_keys&) = delete;
  ~ticket_keys() { OPENSSL_cleanse(keys_.data(), sizeof keys_); }

  // Prepares both contexts to seal a ticket with the newest key, which it names.
  answer seal(std::span<unsigned char, 16> name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
              EVP_MAC_CTX* mac, clock::time_point now) noexcept {
    const std::lock_guard lock(mutex_);
    if (!rotate(now) || RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1)
      return answer::failed;
    const key& k = keys_[0];
    std::copy(k.name.begin(), k.name.end(), name.begin());
    if (EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, k.cipher.data(), iv) != 1)
      return answer::failed;
    return use(mac, k) ? answer::good : answer::failed;
  }

  // Prepares both contexts to open a ticket that names its key.
  answer open(std::span<const unsigned char, 16> name, const unsigned char* iv,
              EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, clock::time_point now) noexcept {
    const std::lock_guard lock(mutex_);
    if (!rotate(now)) return answer::failed;
    const auto found = std::find_if(keys_.begin(), keys_.end(), [name](const key& k) {
      return k.usable && std::equal(name.begin(), name.end(), k.name.begin());
    });
    if (found == keys_.end()) return answer::unknown;
    if (EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, found->cipher.data(), iv) != 1 ||
        !use(mac, *found))
      return answer::failed;
    return found == keys_.begin() ? answer::good : answer::good_but_renew;
  }

 private:
  struct key {
    name_bytes name{};
    std::array<unsigned char, 32> cipher{};
    std::array<unsigned char, 32> mac{};
    clock::time_point made{};
    bool usable = false;
  };

  // keys_[0] is the newest. False: there is no randomness for a new one.
  bool rotate(clock::time_point now) noexcept {
    if (!keys_[0].usable || now - keys_[0].made >= key_lifetime) {
      wipe(keys_[1]);
      std::swap(keys_[0], keys_[1]);
      make(keys_[0], now);
    }
    if (keys_[1].usable && now - keys_[1].made >= key_lifetime + ticket_lifetime) wipe(keys_[1]);
    return keys_[0].usable;
  }

  static void make(key& k, clock::time_point now) noexcept {
    k.made = now;
    k.usable = RAND_bytes(k.name.data(), static_cast<int>(k.name.size())) == 1 &&
               RAND_priv_bytes(k.cipher.data(), static_cast<int>(k.cipher.size())) == 1 &&
               RAND_priv_bytes(k.mac.data(), static_cast<int>(k.mac.size())) == 1;
  }

  static void wipe(key& k) noexcept {
    OPENSSL_cleanse(&k, sizeof k);
    k = {};
  }

  static bool use(EVP_MAC_CTX* mac, const key& k) noexcept {
    auto bytes = k.mac;
    char digest[] = "SHA256";
    const std::array<OSSL_PARAM, 3> params{
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, bytes.data(), bytes.size()),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};
    const bool is_set = EVP_MAC_CTX_set_params(mac, params.data()) == 1;
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return is_set;
  }

  std::mutex mutex_;
  std::array<key, 2> keys_{};
};

}  // namespace callgate::tls
