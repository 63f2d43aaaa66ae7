// SPDX-License-Identifier: Apache-2.0
// How a provider proves that a callback is its own, as data. The verifier does what this says.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace callgate::auth {

enum class primitive : std::uint8_t {
  hmac_sha256,  // MAC over the raw body
  token,        // a shared secret, sent as it is
  none,         // nothing; the schema gives the reason
};

enum class encoding : std::uint8_t { hex, base64 };

// What happens when a method's secret is not configured.
enum class missing_secret : std::uint8_t {
  refuse_start,  // the program does not start (default)
  reject,        // it starts; every callback is invalid_signature
  skip_warn,     // it starts, warns, and does not verify
};

struct method {
  primitive kind = primitive::none;
  std::string_view header{};  // field that carries the signature or token
  std::string_view query{};   // or query parameter (token only)
  std::string_view prefix{};  // stripped from the field's value, demanded to be there
  encoding signature_encoding = encoding::hex;
  std::string_view
      secret_env{};  // environment variable of the secret; NAME_FILE names a file instead
};

// any_of: one method that verifies is enough.
struct scheme {
  std::span<const method> any_of{};
  missing_secret on_missing_secret = missing_secret::refuse_start;
  std::string_view waiver{};  // why it is acceptable that the body is not covered
};

// Whether every way in proves the body: the weakest branch of any_of counts.
[[nodiscard]] constexpr bool covers_body(const scheme& s) noexcept {
  for (const method& m : s.any_of)
    if (m.kind != primitive::hmac_sha256) return false;
  return !s.any_of.empty();
}

}  // namespace callgate::auth
