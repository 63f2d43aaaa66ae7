// SPDX-License-Identifier: Apache-2.0
// callgate serve: the receiver.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

struct serve_options {
  std::string listen = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string data = "./callgate-data";
  std::string store = "sqlite";  // or memory
  std::size_t threads = 0;
  std::string api_token{};
  bool samples = false;  // send every example to ourselves, from a fresh folder with fresh secrets
  bool once = false;     // and end
};

// Returns what main() returns. Errors: callgate::startup_error.
int serve(serve_options how);
