// SPDX-License-Identifier: Apache-2.0
// Makes the credential that a provider would send.
#pragma once

#include <callgate/auth/digest_openssl.hpp>
#include <callgate/auth/scheme.hpp>
#include <callgate/core/encoding.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

struct credential {
  std::string field;  // "Name: value"; empty: none
  std::string query;  // "name=value"; empty: none
};

// By the first method of the scheme whose secret secrets(env) knows.
template <class Secrets>
[[nodiscard]] credential sign(const callgate::auth::scheme& scheme, std::string_view body,
                              Secrets&& secrets) {
  using callgate::auth::primitive;
  for (const callgate::auth::method& m : scheme.any_of) {
    const std::optional<std::string> secret =
        m.kind == primitive::none ? std::nullopt : secrets(m.secret_env);
    if (!secret) continue;
    std::string value(m.prefix);
    if (m.kind == primitive::token) {
      value += *secret;
    } else {
      const callgate::auth::sha256_digest mac = callgate::auth::hmac_sha256(*secret).mac(body);
      std::array<char, 64> text;
      value += m.signature_encoding == callgate::auth::encoding::hex
                   ? callgate::encode_hex(mac, text)
                   : callgate::encode_base64(mac, text);
    }
    if (!m.query.empty()) return {{}, std::string(m.query) + "=" + value};
    return {std::string(m.header) + ": " + value, {}};
  }
  return {};
}
