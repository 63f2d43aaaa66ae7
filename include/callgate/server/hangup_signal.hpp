// SPDX-License-Identifier: Apache-2.0
// Turns SIGHUP into calls of a function: an operator asks for files to be read again.
#pragma once

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <pthread.h>

#include <csignal>
#include <functional>
#include <system_error>
#include <thread>
#include <utility>

namespace callgate {

// From its construction to its end SIGHUP ends the program no more.
//   hangup_signal again([&] { for (auto& why : server.reload()) warn(why); });
// Threads: the function runs on a thread of this object, one call at a time. It must not throw.
class hangup_signal {
 public:
  explicit hangup_signal(std::function<void()> call)
      : call_(std::move(call)), signals_(context_, SIGHUP) {
    wait();  // before the thread: it would find nothing to do, and end
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), "callgate-hangup");
      context_.run();
    });
  }
  hangup_signal(const hangup_signal&) = delete;
  hangup_signal& operator=(const hangup_signal&) = delete;
  // Waits for a call that is under way.
  ~hangup_signal() {
    context_.stop();
    thread_.join();
  }

 private:
  void wait() {
    signals_.async_wait([this](std::error_code error, int) {
      if (error) return;
      call_();
      wait();
    });
  }

  std::function<void()> call_;
  asio::io_context context_{1};
  asio::signal_set signals_;
  std::thread thread_;
};

}  // namespace callgate
