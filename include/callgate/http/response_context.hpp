// SPDX-License-Identifier: Apache-2.0
// What of a request decides the form of its response.
#pragma once

#include <callgate/http/request.hpp>

namespace callgate::http {

// As it stands: for an answer to what could not be read, after which the connection closes.
struct response_context {
  bool keep_alive = false;    // the connection stays open after the response
  bool head_request = false;  // the response to HEAD ends with its head
  bool http_1_0 = false;      // the client must be told that the connection stays open

  // keep_alive is what the client wants; a server that is closing clears it.
  [[nodiscard]] static constexpr response_context of(const request& r) noexcept {
    return {r.keep_alive, detail::is_text(r.method, "HEAD"), r.minor_version == 0};
  }
};

}  // namespace callgate::http
