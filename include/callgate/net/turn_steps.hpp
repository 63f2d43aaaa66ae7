// SPDX-License-Identifier: Apache-2.0
// How much of a turn one connection has had.
#pragma once

#include <callgate/core/limits.hpp>

#include <cstdint>
#include <utility>

namespace callgate::net {

// Threads: one.
class turn_steps {
 public:
  // One step more of this turn. False: it has had limits::max_steps of them.
  [[nodiscard]] bool take(std::uint64_t turn) noexcept {
    if (std::exchange(turn_, turn) != turn) taken_ = 0;
    return taken_++ < limits::max_steps;
  }

 private:
  std::uint64_t turn_ = 0;
  int taken_ = 0;
};

}  // namespace callgate::net
