// SPDX-License-Identifier: Apache-2.0
// callgate serve: the receiver.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/server/options.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

struct serve_options {
  callgate::options server{};
  std::string data = "./callgate-data";
  std::string store = "sqlite";  // or memory
  bool standby = false;          // share port and folder with a running receiver, and follow it
  bool reuse_port = false;       // share the port; with sqlite the folder, too, as a standby does
  std::uint64_t disk_floor_bytes = callgate::limits::disk_floor_bytes;
  bool samples = false;  // send every example to ourselves, from a fresh folder with fresh secrets
  bool once = false;     // and end
};

// Returns what main() returns. Errors: callgate::startup_error.
int serve(serve_options how);
