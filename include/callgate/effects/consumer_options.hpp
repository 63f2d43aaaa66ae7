// SPDX-License-Identifier: Apache-2.0
// What a user may set about a durable consumer.
#pragma once

#include <callgate/effects/retry_policy.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace callgate::effects {

struct consumer_options {
  std::string name;   // of its cursor; unique among the consumers of a store, kept over restarts
  std::string mount;  // whose events it handles
  retry_policy retry{};

  std::size_t batch = 64;  // events read at once; the cursor is saved after each batch

  // How long it waits for the store when that is opening or failing.
  std::chrono::milliseconds store_retry_delay{1'000};
  // How long stop() may take to be seen while waiting for events.
  std::chrono::milliseconds wait_slice{100};
};

}  // namespace callgate::effects
