// SPDX-License-Identifier: Apache-2.0
// An event that a consumer gave up.
#pragma once

#include <callgate/core/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace callgate::store {

struct dead_letter_entry {
  std::string consumer;
  std::int64_t sequence = 0;  // of the event
  std::size_t attempts = 0;
  std::string error;  // of the last attempt, for people
  unix_micros at = 0;
};

}  // namespace callgate::store
