// SPDX-License-Identifier: Apache-2.0
// Credentials of the bundled providers, for tests that go the whole path.
#pragma once

#include <callgate/auth/digest_openssl.hpp>
#include <callgate/core/encoding.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace callgate::testing {

inline constexpr std::string_view test_secret = "a secret of the tests";

// A secret_source that knows one secret for whoever asks.
struct one_secret {
  std::optional<std::string> operator()(std::string_view) const { return std::string(test_secret); }
};

// sha256=<hex>, as Suno and GitHub sign.
inline std::string hex_signature(std::string_view body, std::string_view secret = test_secret) {
  std::array<char, 64> text;
  return "sha256=" + std::string(encode_hex(auth::hmac_sha256(secret).mac(body), text));
}

// A header field of Suno's, with the line's end.
inline std::string suno_signature(std::string_view body, std::string_view secret = test_secret) {
  return "X-Suno-Signature: " + hex_signature(body, secret) + "\r\n";
}

}  // namespace callgate::testing
