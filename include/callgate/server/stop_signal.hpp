// SPDX-License-Identifier: Apache-2.0
// Turns SIGINT and SIGTERM into the return of a function.
#pragma once

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <system_error>

namespace callgate {

// Catches both signals from its construction on, so make it before what must be stopped in order.
// Once destroyed, a signal ends the program at once: who is impatient sends a second one.
// Threads: one object at a time; wait() by one thread.
class stop_signal {
 public:
  stop_signal() : signals_(context_, SIGINT, SIGTERM) {
    signals_.async_wait([](std::error_code, int) {});
  }
  stop_signal(const stop_signal&) = delete;
  stop_signal& operator=(const stop_signal&) = delete;

  // Blocks until one of them has come; at once if it came before.
  void wait() { context_.run(); }

 private:
  asio::io_context context_;
  asio::signal_set signals_;
};

}  // namespace callgate
