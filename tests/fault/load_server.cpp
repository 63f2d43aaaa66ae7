// SPDX-License-Identifier: Apache-2.0
// A receiver with deadlines of a few seconds and a store in memory: what tests of slow, silent and
// many clients start, who would wait for minutes otherwise.
#include <callgate/callgate.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/store/memory.hpp>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>

namespace {

using namespace std::chrono_literals;

callgate::options with_short_deadlines(std::size_t threads) {
  callgate::options out{.port = 0, .threads = threads};
  out.connections.head_timeout = 4s;
  out.connections.body_timeout = 4s;
  out.connections.write_timeout = 4s;
  out.connections.idle_timeout = 6s;
  out.connections.linger_timeout = 1s;
  out.connections.drain_timeout = 5s;
  return out;
}

}  // namespace

// load_server [THREADS]
int main(int argc, char** argv) try {
  callgate::store::memory store({.max_events = 1024, .max_event_bytes = 2 << 20});
  const std::size_t threads = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 2;
  callgate::server receiver(with_short_deadlines(threads), store,
                            callgate::mount<callgate::schemas::kie::provider>());
  std::printf("{\"message\":\"HTTP server starting on port %d\"}\n", int{receiver.port()});
  std::fflush(stdout);
  return receiver.run();
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 2;
}
