// SPDX-License-Identifier: Apache-2.0
// Requests that wait for an event: parked in a list, watched over by one thread.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/store/store.hpp>

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace callgate {

// A waiter has the members after (a sequence), deadline (steady clock) and is_gone(): nobody is
// there to be told. wake is told of each once, when an event has a higher sequence, when its time
// is over, when it is gone, and when the waiting ends for all. Threads: every function from any
// thread; wake is called on the watching thread or in stop(), and must not block.
template <store::event_store Store, class Waiter>
class event_waiters {
 public:
  using clock = std::chrono::steady_clock;
  enum class parking : std::uint8_t {
    parked,
    ready,  // look again: there is an event, or nobody may wait any more
    full,
  };

  event_waiters(Store& store, std::function<void(Waiter)> wake)
      : store_(store), wake_(std::move(wake)), thread_([this] { run(); }) {}
  event_waiters(const event_waiters&) = delete;
  event_waiters& operator=(const event_waiters&) = delete;
  ~event_waiters() { stop(); }

  // Only what is parked is taken over.
  [[nodiscard]] parking park(Waiter& waiter) {
    {
      const std::lock_guard lock(mutex_);
      if (is_ready(waiter, clock::now(), store_.last_sequence())) return parking::ready;
      if (waiting_.size() >= limits::max_feed_waiters) return parking::full;
      waiting_.push_back(std::move(waiter));
    }
    changed_.notify_all();
    return parking::parked;
  }

  // Wakes all at once; nobody can wait from now on. Idempotent.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    {
      const std::lock_guard joining(join_mutex_);
      if (thread_.joinable()) thread_.join();
    }
    for (Waiter& each : take_ready()) wake_(std::move(each));
  }

  [[nodiscard]] bool stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

 private:
  // Deadlines, who is gone and stop() are seen after that at the latest; events at once.
  static constexpr std::chrono::milliseconds slice{100};

  void run() {
    ::pthread_setname_np(::pthread_self(), "callgate-feed");
    while (wait_for_waiters()) {
      // Before looking: an event that comes later ends the wait below.
      const std::int64_t seen = store_.last_sequence();
      for (Waiter& each : take_ready()) wake_(std::move(each));
      if (!stopping()) (void)store_.wait_for_events(seen, slice);
    }
  }

  // False when it is time to stop.
  bool wait_for_waiters() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    return !stopping_;
  }

  std::vector<Waiter> take_ready() {
    const std::lock_guard lock(mutex_);
    const auto now = clock::now();
    const std::int64_t last = store_.last_sequence();
    const auto ready = std::partition(waiting_.begin(), waiting_.end(), [&](const Waiter& each) {
      return !is_ready(each, now, last);
    });
    std::vector<Waiter> taken(std::make_move_iterator(ready),
                              std::make_move_iterator(waiting_.end()));
    waiting_.erase(ready, waiting_.end());
    return taken;
  }

  [[nodiscard]] bool is_ready(const Waiter& each, clock::time_point now, std::int64_t last) const {
    return stopping_ || last > each.after || each.deadline <= now || each.is_gone() ||
           store_.state() == store::condition::stopped;
  }

  Store& store_;
  std::function<void(Waiter)> wake_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Waiter> waiting_;
  bool stopping_ = false;
  std::mutex join_mutex_;
  std::thread thread_;
};

}  // namespace callgate
