// SPDX-License-Identifier: Apache-2.0
// What a server is told at start.
#pragma once

#include <callgate/net/options.hpp>
#include <callgate/server/callback_record.hpp>
#include <callgate/server/rate_options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace callgate {

struct options {
  std::string listen = "127.0.0.1";  // IPv4 or IPv6 address; 0.0.0.0 or :: for all
  std::uint16_t port = 8080;         // 0: a free one, see server::port()
  bool share_port = false;           // with another receiver of the same user: a standby
  std::size_t threads = 0;           // I/O threads; 0: one per core
  std::string
      api_token{};  // bearer token of /api/*; without one it is open on a loopback address only
  net::connection_options connections{};
  rate_options rates{};

  // Told of every callback once it is answered. Threads: called on I/O threads, several at once;
  // must not block.
  std::function<void(const callback_record&)> on_callback{};
};

}  // namespace callgate
