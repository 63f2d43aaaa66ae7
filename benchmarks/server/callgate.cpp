// SPDX-License-Identifier: Apache-2.0
// Callgate with the memory store, by its public interface: callgate [port [certificate key]]
// Callbacks are verified, parsed, validated, recognised when they come again, stored and answered.
#include "openssl_heap.hpp"
#include "report.hpp"

#include <callgate/callgate.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/store/memory.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <limits>

int main(int count, char** words) try {
  const bool by_tls = count > 3;
  if (by_tls) server_benchmark::do_not_count_openssl();
  const sigset_t signals = server_benchmark::hold_signals();
  // Small, and so full soon: what is measured is a store that forgets its oldest. The 64 tasks of
  // the load get more callbacks than a task may have; beyond that they would not be stored as such.
  constexpr std::int64_t endless = std::numeric_limits<std::int64_t>::max();
  callgate::store::memory store({.max_events = 256,
                                 .max_event_bytes = 1 << 20,
                                 .max_tasks = 256,
                                 .max_deliveries = 1024,
                                 .bounds = {endless, endless},
                                 .max_quarantine_record_bytes = 1 << 20});
  callgate::options how{.port = static_cast<std::uint16_t>(count > 1 ? std::atoi(words[1]) : 0),
                        .tls_certificate = by_tls ? words[2] : "",
                        .tls_key = by_tls ? words[3] : "",
                        .threads = 1};
  callgate::server server(how, store, callgate::mount<callgate::schemas::suno::provider>());
  if (!server.unprotected().empty())
    throw callgate::startup_error("SUNO_WEBHOOK_SECRET is not set");
  server.start();
  server_benchmark::say_port(server.port());
  for (int signal = SIGUSR1; signal == SIGUSR1; server_benchmark::report())
    sigwait(&signals, &signal);
  server.stop();
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "callgate: %s\n", error.what());
  return 2;
}
