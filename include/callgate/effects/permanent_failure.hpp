// SPDX-License-Identifier: Apache-2.0
// What a handler throws when trying again cannot help.
#pragma once

#include <stdexcept>

namespace callgate::effects {

// The event becomes a dead letter at once, so that the ones behind it need not wait for retries.
class permanent_failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace callgate::effects
