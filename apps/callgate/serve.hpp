// SPDX-License-Identifier: Apache-2.0
// callgate serve: the receiver.
#pragma once

#include <callgate/core/limits.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

struct serve_options {
  std::string listen = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string data = "./callgate-data";
  std::string store = "sqlite";  // or memory
  std::size_t threads = 0;
  bool standby = false;  // share port and folder with a running receiver, and follow it
  std::uint64_t disk_floor_bytes = callgate::limits::disk_floor_bytes;
  std::string api_token{};
  bool samples = false;  // send every example to ourselves, from a fresh folder with fresh secrets
  bool once = false;     // and end
};

// Returns what main() returns. Errors: callgate::startup_error.
int serve(serve_options how);
