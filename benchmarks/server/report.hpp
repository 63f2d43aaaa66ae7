// SPDX-License-Identifier: Apache-2.0
// What a measured server says on its standard output: where it listens, and what it used so far.
#pragma once

#include "../heap.hpp"

#include <sys/resource.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <initializer_list>

namespace server_benchmark {

// SIGUSR1 asks for a report, SIGTERM and SIGINT for the last one. Blocked in the threads that are
// made later, too, so call it before any is.
inline sigset_t hold_signals() {
  sigset_t held;
  sigemptyset(&held);
  for (const int each : {SIGUSR1, SIGTERM, SIGINT}) sigaddset(&held, each);
  sigprocmask(SIG_BLOCK, &held, nullptr);
  return held;
}

inline void say_port(std::uint16_t port) {
  std::printf("listening on port %d\n", port);
  std::fflush(stdout);
}

inline void report() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) { return double(t.tv_sec) + double(t.tv_usec) / 1e6; };
  std::printf("{\"cpu_seconds\": %.6f, \"allocations\": %zu, \"max_rss_kb\": %ld}\n",
              seconds(used.ru_utime) + seconds(used.ru_stime), benchmark::allocations(),
              used.ru_maxrss);
  std::fflush(stdout);
}

}  // namespace server_benchmark
