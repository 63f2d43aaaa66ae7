// SPDX-License-Identifier: Apache-2.0
// Removes what is too old by a provider's retention and what no longer counts, and fills the tables
// of changed records: in small batches.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/store/store.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace callgate {

struct retention {
  std::string mount;
  std::chrono::microseconds keep;  // zero: for ever
};

// One thread that sleeps; the destructor stops it at once.
template <store::event_store Store>
class housekeeping {
 public:
  static constexpr std::chrono::minutes default_interval{10};

  housekeeping(Store& store, std::vector<retention> rules,
               std::chrono::milliseconds interval = default_interval)
      : store_(store),
        rules_(std::move(rules)),
        interval_(interval),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

 private:
  // Between batches: the writer's queue comes first.
  static constexpr std::chrono::milliseconds batch_pause{50};
  static constexpr std::chrono::milliseconds first_pause{10'000};
  static constexpr std::size_t batch_entries = 100;
  static constexpr std::size_t batch_deliveries = 1'000;
  static constexpr std::size_t batch_tasks = 32;
  static constexpr std::chrono::milliseconds derive_pause{1};
  static constexpr std::chrono::milliseconds store_pause{100};  // while it opens or fails

  void run(const std::stop_token& stop) {
    derive(stop);
    // Soon after the start for the first time: who restarts often keeps to the retention, too.
    for (auto pause = std::min(interval_, first_pause); !wait(stop, pause); pause = interval_)
      sweep(stop);
  }

  // Fills the tables of new and changed records. Until all are filled, or the store stops.
  void derive(const std::stop_token& stop) {
    for (;;) {
      const auto more = store_.derive_records(batch_tasks);
      if (more ? !*more : store_.state() == store::condition::stopped) return;
      if (wait(stop, more ? derive_pause : store_pause)) return;
    }
  }

  void sweep(const std::stop_token& stop) {
    for (const retention& rule : rules_) {
      if (rule.keep.count() <= 0) continue;
      const unix_micros before = wall_now() - rule.keep.count();
      in_batches(stop, batch_entries, [&](std::size_t limit) {
        return store_.remove_before(rule.mount, before, limit);
      });
    }
    in_batches(stop, batch_deliveries,
               [&](std::size_t limit) { return store_.forget_deliveries(wall_now(), limit); });
  }

  // Until less than a batch was left, or the store fails.
  template <class Remove>
  void in_batches(const std::stop_token& stop, std::size_t limit, Remove remove) {
    for (;;) {
      const auto removed = remove(limit);
      if (!removed || *removed < limit || wait(stop, batch_pause)) return;
    }
  }

  // True when it is time to stop.
  bool wait(const std::stop_token& stop, std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, time, [] { return false; });
    return stop.stop_requested();
  }

  Store& store_;
  std::vector<retention> rules_;
  std::chrono::milliseconds interval_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses the rest
};

}  // namespace callgate
