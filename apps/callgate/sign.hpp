// SPDX-License-Identifier: Apache-2.0
// callgate sign: the header fields, or the curl command, that make a body a provider's callback.
#pragma once

#include "callback_input.hpp"

#include <string>

struct sign_options {
  callback_input callback;
  bool curl = false;
  std::string url = "http://127.0.0.1:8080";
};

// Prints no secret: a shared token is shown as the variable that holds it. Returns what main()
// returns. Errors: std::runtime_error, one line.
int sign(const sign_options& how);
