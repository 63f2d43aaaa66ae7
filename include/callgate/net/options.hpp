// SPDX-License-Identifier: Apache-2.0
// Bounds of connections, in time and number.
#pragma once

#include <chrono>
#include <cstddef>

namespace callgate::net {

struct connection_options {
  std::chrono::milliseconds head_timeout{
      10'000};  // from the first byte of a request to the end of its head
  std::chrono::milliseconds body_timeout{30'000};   // from there to the end of its body
  std::chrono::milliseconds write_timeout{30'000};  // for an answer to be taken
  std::chrono::milliseconds idle_timeout{
      75'000};  // between requests of one connection, and before the first
  std::chrono::milliseconds linger_timeout{
      2'000};  // for a refused sender to read its answer and close
  std::chrono::milliseconds drain_timeout{10'000};  // for requests in flight when the server stops
  std::size_t max_connections = 4096;          // of one I/O thread; more wait in the kernel's queue
  std::size_t max_connections_total = 16'384;  // of all I/O threads; more wait in the kernel's
                                               // queue; 0: max_connections alone counts
  std::size_t max_connections_per_address =
      0;  // of one IPv4 address or IPv6 /64; more are closed at once; 0: no such bound
  std::size_t max_buffer_bytes = 64
                                 << 20;  // of one I/O thread, for bodies and arenas; over it: 503
};

}  // namespace callgate::net
