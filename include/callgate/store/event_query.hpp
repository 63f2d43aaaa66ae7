// SPDX-License-Identifier: Apache-2.0
// What a reader of the event feed is asked for and told.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/store/history.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace callgate::store {

struct event_query {
  std::string provider{};  // of a mount or of a provider; empty: all
  std::int64_t after = 0;  // events with a higher sequence
  std::size_t limit = 100;
  std::size_t max_bytes = limits::max_feed_bytes;  // of their raw bodies; one event always
};

// What was committed when it was read. Sequences are given out in the order of the commits: no
// event with a lower sequence than one that was seen ever appears later. Removed ones leave holes.
struct event_batch {
  std::vector<stored_event> events;  // by sequence, with raw
  std::int64_t next_after =
      0;  // where to go on, also when other providers' events were passed over
  std::int64_t last_sequence = 0;  // given out so far
};

}  // namespace callgate::store
