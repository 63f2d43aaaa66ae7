// SPDX-License-Identifier: Apache-2.0
// Why a connection's TLS failed.
#pragma once

#include <callgate/reflect/enum_names.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace callgate::tls {

// After any of them nothing more can be read or written. Unless another remedy is given: send what
// is still unsent (the alert that tells the peer), then close.
enum class errc : std::uint8_t {
  plain_http,  // HTTP without TLS: the bytes were left alone; answer 400 in the clear, then close
  not_tls,     // the first byte begins neither TLS nor HTTP: close, there is no way to say anything
  no_common_version,    // the client is older than TLS 1.2: its owner must update it
  no_common_algorithm,  // no common cipher suite, group or signature: its owner must update it
  no_common_protocol,   // ALPN without http/1.1, RFC 7301 3.2: the client wants another server
  message_too_large,    // a handshake message over handshake_guard::max_message_bytes: no alert,
                        // close
  peer_alert,      // the client gave up: reason() says why; "unknown ca" is a matter of our chain
  protocol_error,  // what no sound client sends, or bytes damaged on the way, RFC 8446 6.2
  truncated,       // an end without close_notify, RFC 8446 6.1: believe nothing incomplete; close
  internal_error,  // OpenSSL failed on our side, mostly for want of memory: look at the machine
};

}  // namespace callgate::tls

// As in logs and metrics.
template <>
struct callgate::enum_names<callgate::tls::errc> {
  static constexpr std::array<std::string_view, 10> names{
      "plain_http",         "not_tls",           "no_common_version", "no_common_algorithm",
      "no_common_protocol", "message_too_large", "peer_alert",        "protocol_error",
      "truncated",          "internal_error"};
};
