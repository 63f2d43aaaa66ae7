// SPDX-License-Identifier: Apache-2.0
// HMAC-SHA256 as the floor does it: the key's two states are computed once, and copied.
#pragma once

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <string_view>

namespace server_benchmark {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"  // no other context is copied by value

class hmac_sha256 {
 public:
  explicit hmac_sha256(std::string_view key) {
    std::array<unsigned char, 64> padded{};
    if (key.size() > padded.size())
      SHA256(bytes(key), key.size(), padded.data());
    else
      key.copy(reinterpret_cast<char*>(padded.data()), padded.size());
    for (unsigned char& each : padded) each ^= 0x36;
    SHA256_Init(&inner_);
    SHA256_Update(&inner_, padded.data(), padded.size());
    for (unsigned char& each : padded) each ^= 0x36 ^ 0x5c;
    SHA256_Init(&outer_);
    SHA256_Update(&outer_, padded.data(), padded.size());
  }

  // sent: "sha256=" and 64 hexadecimal digits in lower case.
  [[nodiscard]] bool matches(std::string_view body, std::string_view sent) const {
    constexpr std::string_view prefix = "sha256=";
    std::array<unsigned char, 32> mac;
    std::array<char, 64> digits;
    if (sent.size() != prefix.size() + digits.size() || !sent.starts_with(prefix)) return false;
    SHA256_CTX inner = inner_, outer = outer_;
    SHA256_Update(&inner, body.data(), body.size());
    SHA256_Final(mac.data(), &inner);
    SHA256_Update(&outer, mac.data(), mac.size());
    SHA256_Final(mac.data(), &outer);
    for (std::size_t i = 0; i < mac.size(); ++i) {
      digits[2 * i] = "0123456789abcdef"[mac[i] >> 4];
      digits[2 * i + 1] = "0123456789abcdef"[mac[i] & 15];
    }
    return CRYPTO_memcmp(digits.data(), sent.data() + prefix.size(), digits.size()) == 0;
  }

 private:
  static const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  }

  SHA256_CTX inner_, outer_;
};

#pragma GCC diagnostic pop

}  // namespace server_benchmark
