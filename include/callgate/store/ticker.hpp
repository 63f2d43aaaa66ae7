// SPDX-License-Identifier: Apache-2.0
// Calls a function again and again, on a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include <pthread.h>

namespace callgate::store {

// The first call comes after one interval. Threads: stop() from any; no call comes after it.
class ticker {
 public:
  using tick_function = void (*)(void* owner) noexcept;

  ticker(std::chrono::milliseconds interval, tick_function tick, void* owner)
      : thread_([=, this](const std::stop_token& stop) {
          ::pthread_setname_np(::pthread_self(), "callgate-tick");
          while (!wait(stop, interval)) tick(owner);
        }) {}

  void stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  // True when it is time to stop.
  bool wait(const std::stop_token& stop, std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, time, [] { return false; });
    return stop.stop_requested();
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread thread_;  // last: it uses the rest
};

}  // namespace callgate::store
