// SPDX-License-Identifier: Apache-2.0
// callgate explain: everything that a provider's schema finds wrong with a body.
#pragma once

#include "callback_input.hpp"

// Prints for each thing where it is, which keyword, what was expected and what was found; below it
// the body's line with a caret, unless the schema has something x-sensitive. Returns what main()
// returns: 0 when nothing is wrong, else 1. Errors: std::runtime_error, one line.
int explain(const callback_input& what);
