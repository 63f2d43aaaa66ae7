// SPDX-License-Identifier: Apache-2.0
// A stored callback as a handler sees it.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/provider/outcome.hpp>
#include <callgate/provider/provider.hpp>

#include <cstdint>
#include <string_view>

namespace callgate {

// Lifetime: views into the stored event, during the call.
template <provider P>
struct event {
  std::int64_t sequence;   // of the event in its store: rises, never repeats
  std::string_view mount;  // where it arrived
  std::string_view task_id;
  std::string_view stage;  // empty: the callback says none
  outcome result;          // accepted, or unknown_type, conflict: look before you act
  bool moved;              // the task took this stage; false: late, or without a stage
  unix_micros received_at;
  const typename P::payload& payload;
  std::string_view raw;  // the body, byte for byte
};

}  // namespace callgate
