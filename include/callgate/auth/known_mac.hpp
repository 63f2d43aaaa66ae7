// SPDX-License-Identifier: Apache-2.0
// A MAC that was computed before its verification, together with another one.
#pragma once

#include <callgate/auth/sha256_pair.hpp>

#include <optional>
#include <string_view>

namespace callgate::auth {

class hmac_sha256;

// Nobody but the function that computes it can make one. Lifetime: key and message outlive it.
class known_mac {
 public:
  known_mac() = default;  // none

  // Empty optional: it is another key's, or another message's.
  [[nodiscard]] std::optional<sha256_digest> of(const hmac_sha256& key,
                                                std::string_view message) const noexcept {
    const bool fits =
        &key == key_ && message.data() == message_.data() && message.size() == message_.size();
    return fits ? std::optional(value_) : std::nullopt;
  }

 private:
  friend class hmac_sha256;

  known_mac(const hmac_sha256* key, std::string_view message, const sha256_digest& value) noexcept
      : key_(key), message_(message), value_(value) {}

  const hmac_sha256* key_ = nullptr;
  std::string_view message_{};
  sha256_digest value_{};
};

}  // namespace callgate::auth
