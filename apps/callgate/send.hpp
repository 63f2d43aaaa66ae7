// SPDX-License-Identifier: Apache-2.0
// callgate send: signs an example of a schema and sends it.
#pragma once

#include <string>

struct send_options {
  std::string provider;
  std::string example;  // empty: lists the provider's examples
  std::string url = "http://127.0.0.1:8080";
};

// Returns what main() returns: 0 when every answer was the expected one. Errors:
// std::runtime_error, one line.
int send(const send_options& how);
