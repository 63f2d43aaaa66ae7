// SPDX-License-Identifier: Apache-2.0
// Random identifiers for tasks and quarantined bodies (UUID version 4).
#pragma once

#include <callgate/store/random_bytes.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace callgate::store {

// Asks the operating system for randomness in large pieces: a system call per 128 identifiers.
// Threads: one at a time. Source: RFC 9562, section 5.4.
class uuid_source {
 public:
  struct text {
    std::array<char, 36> characters;

    [[nodiscard]] std::string_view view() const noexcept {
      return {characters.data(), characters.size()};
    }
  };

  [[nodiscard]] text next() noexcept {
    if (used_ == pool_.size()) fill_random(std::as_writable_bytes(std::span{pool_})), used_ = 0;
    unsigned char* bytes = pool_.data() + used_;
    used_ += 16;
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
    return format(bytes);
  }

 private:
  static text format(const unsigned char* bytes) noexcept {
    constexpr std::string_view digits = "0123456789abcdef";
    text out{};
    std::size_t at = 0;
    for (std::size_t i = 0; i < 16; ++i) {
      if (i == 4 || i == 6 || i == 8 || i == 10) out.characters[at++] = '-';
      out.characters[at++] = digits[bytes[i] >> 4];
      out.characters[at++] = digits[bytes[i] & 15];
    }
    return out;
  }

  std::array<unsigned char, 2048> pool_{};
  std::size_t used_ = 2048;
};

}  // namespace callgate::store
