// SPDX-License-Identifier: Apache-2.0
// Who is told of a descriptor's events by a poller.
#pragma once

#include <cstdint>

namespace callgate::net {

// Lifetime: as long as the poller, so that no list has to be searched when a descriptor is closed.
struct watcher {
  // events: EPOLLIN and so on; 0 when call_again() had been asked for.
  void (*on_events)(watcher& self, std::uint32_t events) = nullptr;
  // Whatever finish_later() was asked for, once per turn.
  void (*on_turn_end)(watcher& self) = nullptr;

  // The poller's.
  watcher* next_again = nullptr;
  watcher* next_to_finish = nullptr;
  bool is_called_again = false;
  bool is_finished_later = false;
};

}  // namespace callgate::net
