// SPDX-License-Identifier: Apache-2.0
// Why a program cannot start: the only exception that the library throws.
#pragma once

#include <stdexcept>

namespace callgate {

// what() is one line that names the cause and the remedy. Thrown by constructors before anything is
// served; never later.
class startup_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace callgate
