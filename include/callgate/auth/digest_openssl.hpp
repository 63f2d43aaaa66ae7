// SPDX-License-Identifier: Apache-2.0
// SHA-256 and HMAC-SHA256 without allocation. The only header of auth that knows OpenSSL.
#pragma once

#include <callgate/auth/known_mac.hpp>
#include <callgate/auth/sha256_pair.hpp>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <span>
#include <string_view>

namespace callgate::auth {

// OpenSSL 3 deprecates the contexts that can be copied by value, and offers no other that does not
// allocate.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

// One running SHA-256; copying it copies its state.
class sha256 {
 public:
  sha256() noexcept { SHA256_Init(&context_); }

  sha256& update(std::string_view bytes) noexcept {
    SHA256_Update(&context_, bytes.data(), bytes.size());
    return *this;
  }
  sha256& update(std::span<const std::uint8_t> bytes) noexcept {
    SHA256_Update(&context_, bytes.data(), bytes.size());
    return *this;
  }
  [[nodiscard]] sha256_digest finish() noexcept {
    sha256_digest out;
    SHA256_Final(out.data(), &context_);
    return out;
  }

  // Of whole blocks, so far.
  [[nodiscard]] sha256_state state() const noexcept {
    sha256_state out;
    std::copy(std::begin(context_.h), std::end(context_.h), out.begin());
    return out;
  }

 private:
  SHA256_CTX context_;
};

#pragma GCC diagnostic pop

// A key with its inner and outer states computed once (RFC 2104): a MAC then costs the body's
// blocks and two more.
class hmac_sha256 {
 public:
  explicit hmac_sha256(std::string_view key) noexcept {
    constexpr std::size_t block_bytes = 64;
    std::array<std::uint8_t, block_bytes> padded{};
    if (key.size() > block_bytes) {
      const sha256_digest hashed = sha256{}.update(key).finish();
      std::memcpy(padded.data(), hashed.data(), hashed.size());
    } else if (!key.empty()) {
      std::memcpy(padded.data(), key.data(), key.size());
    }
    for (std::uint8_t& b : padded) b ^= 0x36;
    inner_.update(padded);
    for (std::uint8_t& b : padded) b ^= 0x36 ^ 0x5c;
    outer_.update(padded);
    OPENSSL_cleanse(padded.data(), padded.size());
  }

  [[nodiscard]] sha256_digest mac(std::string_view message) const noexcept {
    sha256 inner = inner_;
    sha256 outer = outer_;
    return outer.update(inner.update(message).finish()).finish();
  }

  // Two of them; where sha256_pair::is_supported(), in the time of the longer one.
  [[nodiscard]] static std::array<known_mac, 2> mac_pair(const hmac_sha256& first,
                                                         std::string_view message,
                                                         const hmac_sha256& second,
                                                         std::string_view other) noexcept {
    if (!sha256_pair::is_supported())
      return {known_mac{&first, message, first.mac(message)},
              known_mac{&second, other, second.mac(other)}};
    const auto inner =
        sha256_pair::finish({first.inner_.state(), message}, {second.inner_.state(), other});
    const auto outer = sha256_pair::finish({first.outer_.state(), text_of(inner[0])},
                                           {second.outer_.state(), text_of(inner[1])});
    return {known_mac{&first, message, outer[0]}, known_mac{&second, other, outer[1]}};
  }

 private:
  static std::string_view text_of(const sha256_digest& digest) noexcept {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
  }

  sha256 inner_;
  sha256 outer_;
};

}  // namespace callgate::auth
