// SPDX-License-Identifier: Apache-2.0
// callgate explain: everything that a provider's schema finds wrong with a body.
#pragma once

#include "callback_input.hpp"

// Prints one line for each thing: where, which keyword, what was expected, what was found. Returns
// what main() returns: 0 when nothing is wrong, else 1. Errors: std::runtime_error, one line.
int explain(const callback_input& what);
