// SPDX-License-Identifier: Apache-2.0
// callgate verify: whether the receiver would believe a callback, and if not, why.
#pragma once

#include "callback_input.hpp"

#include <string>
#include <vector>

struct verify_options {
  callback_input callback;
  std::vector<std::string> fields;  // "Name: value", as they came
  std::string query;                // without '?'
};

// Judged by the receiver's parser and verifier. Prints no secret. Returns what main() returns: 0
// when it is verified, 1 when it is not. Errors: std::runtime_error, one line.
int verify(const verify_options& how);
