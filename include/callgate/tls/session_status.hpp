// SPDX-License-Identifier: Apache-2.0
// What a TLS session asks its caller to do next.
#pragma once

#include <cstdint>

namespace callgate::tls {

enum class session_status : std::uint8_t {
  done,         // write(), close(): all of it is in the output; send unsent()
  need_input,   // read(): all bytes were taken; send unsent() if there is any, wait for more bytes
  need_room,    // read(): the room for plain text is full; call again with some, and what is left
  need_output,  // the output is full: send unsent(), then make the same call again with what is
                // left
  closed,       // the peer has said that it sends no more; what it has sent was complete
  failed,       // error() says why: send unsent(), then close the connection
};

}  // namespace callgate::tls
