// SPDX-License-Identifier: Apache-2.0
// A value that many threads read all the time and that is replaced as a whole now and then.
//
//   replace() -> the number changes -> each reader fetches it at its next look -> the old value
//   goes when the last reader has let go of it
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace callgate {

// Threads: replace() and latest() from any. A reader belongs to one thread; what it gives stays
// until its next look, so one thread works with one value from beginning to end.
// Lifetime: outlives its readers, each of which holds one value.
template <class T>
class generations {
 public:
  explicit generations(std::shared_ptr<const T> first) : latest_(std::move(first)) {}
  generations(const generations&) = delete;
  generations& operator=(const generations&) = delete;

  void replace(std::shared_ptr<const T> next) {
    const std::lock_guard lock(mutex_);
    latest_.swap(next);
    number_.fetch_add(1, std::memory_order_release);
  }

  [[nodiscard]] std::shared_ptr<const T> latest() const {
    const std::lock_guard lock(mutex_);
    return latest_;
  }

  // Cost of a look: one load of a word that hardly ever changes; a lock after a replacement only.
  class reader {
   public:
    explicit reader(const generations& of) : of_(of) { fetch(); }

    [[nodiscard]] const T& current() {
      if (of_.number_.load(std::memory_order_acquire) != number_) fetch();
      return *held_;
    }

   private:
    void fetch() {
      const std::lock_guard lock(of_.mutex_);
      number_ = of_.number_.load(std::memory_order_relaxed);
      held_ = of_.latest_;
    }

    const generations& of_;
    std::uint64_t number_ = 0;
    std::shared_ptr<const T> held_;
  };

 private:
  mutable std::mutex mutex_;  // of latest_
  std::shared_ptr<const T> latest_;
  std::atomic<std::uint64_t> number_{0};
};

}  // namespace callgate
