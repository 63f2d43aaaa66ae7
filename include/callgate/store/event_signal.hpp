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
  // Cost: where nobody waits, two atomic operations.
  void publish(std::int64_t last_sequence) {
    std::int64_t last = last_.load();
    while (last < last_sequence && !last_.compare_exchange_weak(last, last_sequence)) {
    }
    // Who begins to wait counts itself before it looks at last_: it is seen here, or sees it there.
    if (waiting_.load() == 0) return;
    { const std::lock_guard lock{mutex_}; }
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
    waiting_.fetch_add(1);
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, bounded, [&] { return stopped_ || last_.load() > sequence; });
    waiting_.fetch_sub(1);
    return !stopped_ && last_.load() > sequence;
  }

  [[nodiscard]] std::int64_t last() const noexcept { return last_.load(); }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<std::int64_t> last_{0};
  std::atomic<std::int64_t> waiting_{0};  // threads in wait()
  bool stopped_ = false;
};

}  // namespace callgate::store
