// SPDX-License-Identifier: Apache-2.0
// What a server is told at start.
#pragma once

#include <callgate/net/options.hpp>
#include <callgate/server/callback_record.hpp>
#include <callgate/server/rate_options.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace callgate {

struct options {
  std::string listen = "127.0.0.1";  // IPv4 or IPv6 address; 0.0.0.0 or :: for all
  std::uint16_t port = 8080;         // 0: a free one, see server::port()
  bool share_port = false;           // with another receiver of the same user: a rolling restart
  std::string admin_listen{};        // 127.0.0.1:9090, [::1]:9090: where /health and /api are then;
                                     // where callbacks come, the API is not there any more
  std::string tls_certificate{};     // PEM file, with those that signed it; empty: no TLS
  std::string tls_key{};             // PEM file of its private key
  std::string public_url{};          // https://hooks.example.com: what senders know this server by
  std::vector<std::string> trusted_proxies{};  // 10.0.0.0/8, ::1: whose Forwarded and
                                               // X-Forwarded-For are believed
  std::size_t threads = 0;                     // I/O threads; 0: one per core
  std::string
      api_token{};  // bearer token of /api/*; without one it is open on a loopback address only
  net::connection_options connections{};
  rate_options rates{};

  // Told of every callback once it is answered. Threads: called on I/O threads, several at once;
  // must not block.
  std::function<void(const callback_record&)> on_callback{};
};

}  // namespace callgate
