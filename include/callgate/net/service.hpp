// SPDX-License-Identifier: Apache-2.0
// What a server does with requests: the seam between sockets and meaning.
#pragma once

#include <callgate/net/exchange.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace callgate::net {

enum class reply : std::uint8_t {
  ready,  // the answer is in the exchange
  later,  // exchange::resume() will be called
};

// What admit() says of a request whose body has not been read.
struct admission {
  bool answered = false;           // the answer is in the exchange already; the body is not read
  bool waits = false;              // not now: admit() is called again after loop::resume()
  std::size_t max_body_bytes = 0;  // over it: refused with 413
};

// One object per I/O thread; all calls come from that thread.
template <class S>
concept service = requires(S& s, exchange<typename S::state>& e) {
  { s.admit(e) } -> std::same_as<admission>;  // the head is there
  {
    s.too_large(e)
    } -> std::same_as<reply>;  // its body is over the bound; the connection closes after the answer
  { s.too_late(e) } -> std::same_as<void>;  // waited to be admitted in vain: writes the last answer
  { s.handle(e) } -> std::same_as<reply>;   // the whole request is there
  {
    s.expire(e)
    } -> std::same_as<void>;  // the answer is due: writes one; resume() is still owed afterwards
};

}  // namespace callgate::net
