// SPDX-License-Identifier: Apache-2.0
// Tells waiting consumers that a store has new events.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace callgate::store {

// Threads: every function from any thread.
class event_signal {
 public:
  // Once per batch, after its commit. Two threads may come in either order: the highest counts.
  void publish(std::int64_t last_sequence) {
    {
      const std::lock_guard lock{mutex_};
      if (last_sequence > last_.load()) last_.store(last_sequence);
    }
    changed_.notify_all();
  }

  void stop() {
    {
      const std::lock_guard lock{mutex_};
      stopped_ = true;
    }
    changed_.notify_all();
  }

  // True as soon as an event has a sequence above the given one; false after the timeout or a stop.
  [[nodiscard]] bool wait(std::int64_t sequence, std::chrono::milliseconds timeout) {
    // A day at most: the deadline of an endless timeout must not overflow.
    const auto bounded = std::min<std::chrono::milliseconds>(timeout, std::chrono::hours{24});
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, bounded, [&] { return stopped_ || last_.load() > sequence; });
    return !stopped_ && last_.load() > sequence;
  }

  [[nodiscard]] std::int64_t last() const noexcept { return last_.load(); }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<std::int64_t> last_{0};
  bool stopped_ = false;
};

}  // namespace callgate::store
