// SPDX-License-Identifier: Apache-2.0
// What waits for a store's writer thread: callbacks from any thread, and jobs of threads that
// block.
#pragma once

#include <callgate/store/append_request.hpp>
#include <callgate/store/store.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace callgate::store {

// Bounded, lock-free, many producers and one consumer. Entries are linked by their own next
// pointers, so pushing allocates nothing. Job is any type with a `Job* next`; jobs are not bounded,
// since each has a thread behind it. An entry counts from its push until release(), so the bound
// also covers what the writer has in hand. Threads: push, poke, close, closed from any thread; the
// rest from the writer. Cost: a push is two atomic operations, and one system call only when the
// writer sleeps.
template <class Job>
class write_queue {
 public:
  // First come, first served; both lists are linked by next.
  struct entries {
    append_request* appends = nullptr;
    Job* jobs = nullptr;

    [[nodiscard]] bool empty() const noexcept { return appends == nullptr && jobs == nullptr; }
  };

  explicit write_queue(std::size_t max_appends) noexcept : max_appends_(max_appends) {}
  write_queue(const write_queue&) = delete;
  write_queue& operator=(const write_queue&) = delete;

  [[nodiscard]] submission push(append_request& request) noexcept {
    const submission answer = enter(one_append);
    if (answer == submission::queued) link(appends_, request);
    return answer;
  }

  // False when closed.
  [[nodiscard]] bool push(Job& job) noexcept {
    if (enter(one_job) != submission::queued) return false;
    link(jobs_, job);
    return true;
  }

  // Wakes the writer although nothing waits, until it takes the poke.
  void poke() noexcept {
    poked_.store(true);
    wake();
  }
  [[nodiscard]] bool take_poke() noexcept { return poked_.load() && poked_.exchange(false); }

  // Everything that waits; sleeps while nothing does. Empty only when the queue is closed or poked.
  [[nodiscard]] entries wait_and_take() noexcept {
    for (;;) {
      const entries taken = take_all();
      if (!taken.empty() || closed() || poked_.load()) return taken;
      // The flag goes up before the last look and a push looks at it after linking: one of the two
      // sees the other.
      sleeping_.store(1);
      if (idle()) sleeping_.wait(1);
      sleeping_.store(0);
    }
  }

  [[nodiscard]] entries take_all() noexcept {
    return {in_order(appends_.exchange(nullptr)), in_order(jobs_.exchange(nullptr))};
  }

  // Gives back room for entries that were taken.
  void release(std::size_t appends, std::size_t jobs) noexcept {
    count_.fetch_sub(appends * one_append + jobs * one_job);
  }

  // Refuses every later push; what was pushed before still has to be taken.
  void close() noexcept {
    count_.fetch_or(closed_bit);
    wake();
  }
  [[nodiscard]] bool closed() const noexcept { return (count_.load() & closed_bit) != 0; }

  // True when closed and every entry was released: nothing can come any more.
  [[nodiscard]] bool drained() const noexcept { return count_.load() == closed_bit; }

 private:
  // One word, so that counting and closing are one step: closed | jobs (31 bits) | appends (32
  // bits).
  static constexpr std::uint64_t one_append = 1;
  static constexpr std::uint64_t one_job = std::uint64_t{1} << 32;
  static constexpr std::uint64_t closed_bit = std::uint64_t{1} << 63;
  static constexpr std::uint64_t append_mask = one_job - 1;

  submission enter(std::uint64_t unit) noexcept {
    std::uint64_t seen = count_.load();
    do {
      if ((seen & closed_bit) != 0) return submission::unavailable;
      if (unit == one_append && (seen & append_mask) >= max_appends_) return submission::full;
    } while (!count_.compare_exchange_weak(seen, seen + unit));
    return submission::queued;
  }

  template <class Entry>
  void link(std::atomic<Entry*>& head, Entry& entry) noexcept {
    Entry* first = head.load(std::memory_order_relaxed);
    do entry.next = first;
    while (!head.compare_exchange_weak(first, &entry));
    wake();
  }

  void wake() noexcept {
    if (sleeping_.load() != 0 && sleeping_.exchange(0) != 0) sleeping_.notify_one();
  }

  [[nodiscard]] bool idle() const noexcept {
    return appends_.load() == nullptr && jobs_.load() == nullptr && !closed() && !poked_.load();
  }

  template <class Entry>
  static Entry* in_order(Entry* newest) noexcept {
    Entry* first = nullptr;
    while (newest != nullptr) {
      Entry* older = newest->next;
      newest->next = first;
      first = newest;
      newest = older;
    }
    return first;
  }

  const std::size_t max_appends_;
  std::atomic<append_request*> appends_{nullptr};
  std::atomic<Job*> jobs_{nullptr};
  std::atomic<std::uint64_t> count_{0};
  std::atomic<std::uint32_t> sleeping_{0};
  std::atomic<bool> poked_{false};
};

}  // namespace callgate::store
