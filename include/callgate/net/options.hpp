// SPDX-License-Identifier: Apache-2.0
// Bounds of connections, in time and number.
#pragma once

#include <chrono>
#include <cstddef>

namespace callgate::net {

struct connection_options {
  // From the first byte of a request to the end of its head, in all. Over it: 408. Also of a TLS
  // handshake, from the connection's beginning; over it: closed.
  std::chrono::milliseconds head_timeout{10'000};
  // From there to the end of its body, in all. Over it: 408.
  std::chrono::milliseconds body_timeout{30'000};
  // Of a body, on average, once body_grace is over. Below it: 408. 0: body_timeout alone.
  std::size_t min_bytes_per_second = 240;
  std::chrono::milliseconds body_grace{5'000};
  // For answers to be taken by the client, in all. Over it: closed.
  std::chrono::milliseconds write_timeout{30'000};
  // Between requests of one connection, and before the first. Over it: closed.
  std::chrono::milliseconds idle_timeout{75'000};
  // For a refused client to read its answer and close. Over it: closed.
  std::chrono::milliseconds linger_timeout{2'000};
  // For requests in flight when the server stops. Over it: closed.
  std::chrono::milliseconds drain_timeout{10'000};
  // Of all I/O threads. Over it: they wait in the kernel's queue. 0: no such bound.
  std::size_t max_connections = 16'384;
  // Of one IPv4 address or IPv6 /64. Over it: closed at once. 0: no such bound; behind a proxy all
  // come from one address.
  std::size_t max_connections_per_address = 0;
  // Of one I/O thread, for large bodies and arenas. Over it: 503.
  std::size_t max_buffer_bytes = 64 << 20;
};

}  // namespace callgate::net
