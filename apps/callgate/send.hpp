// SPDX-License-Identifier: Apache-2.0
// callgate send: registers the task of an example, signs its callbacks and sends them.
#pragma once

#include <string>

struct send_options {
  std::string provider;
  std::string example;  // empty: lists the provider's examples
  std::string url = "http://127.0.0.1:8080";
  std::string api_token;  // of the receiver, to register the example's task; empty: its API is open
};

// Returns what main() returns: 0 when every answer was the expected one. Errors:
// std::runtime_error, one line.
int send(const send_options& how);
