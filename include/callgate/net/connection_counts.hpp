// SPDX-License-Identifier: Apache-2.0
// How many connections are open, in all and from each address, over all I/O threads.
//
//   accepted -> enter(): entered, or why not -> served -> leave()
#pragma once

#include <callgate/core/keyed_hash.hpp>
#include <callgate/net/peer_address.hpp>

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace callgate::net {

// Bounds connections. An address is what peer_address::network() counts as one: all of an IPv6 /64.
// Whoever is over the bound of one address is to be closed at once; while full(), nobody is to be
// accepted: they wait in the kernel's queue, which has a bound of its own (somaxconn).
// Threads: any. Cost: an atomic count; with a bound per address also a short lock, once when a
// connection begins and once when it ends, never for a request. No allocation after construction.
class connection_counts {
 public:
  static constexpr std::size_t max_counted = 65'536;

  // 0: no such bound. The table for addresses has max_total entries and as many again, so that it
  // is never full: where addresses are bounded there are max_counted connections at most.
  connection_counts(std::size_t max_total, std::size_t max_per_address)
      : max_total_(max_total == 0 && max_per_address != 0 ? max_counted : max_total),
        max_per_address_(max_per_address) {
    if (max_per_address != 0) slots_.resize(std::bit_ceil(2 * max_total_ + 2));
  }
  connection_counts(const connection_counts&) = delete;
  connection_counts& operator=(const connection_counts&) = delete;

  // False, and nothing counted, when a bound is reached. After true: leave() once, same address.
  [[nodiscard]] bool enter(const peer_address& from) noexcept {
    if (open_.fetch_add(1, std::memory_order_relaxed) >= max_total_ && max_total_ != 0)
      return give_back();
    if (max_per_address_ == 0) return true;
    const std::lock_guard lock(mutex_);
    slot& at = slots_[place_of(from.network())];
    if (at.count == max_per_address_) return give_back();
    at = {from.network(), at.count + 1};
    return true;
  }

  void leave(const peer_address& from) noexcept {
    if (max_per_address_ != 0) forget(from.network());
    open_.fetch_sub(1, std::memory_order_release);  // last: never fewer than the table has
  }

  // Accept no more until somebody leaves.
  [[nodiscard]] bool full() const noexcept { return max_total_ != 0 && open() >= max_total_; }
  [[nodiscard]] std::size_t open() const noexcept { return open_.load(std::memory_order_relaxed); }

 private:
  struct slot {
    std::uint64_t network = 0;
    std::size_t count = 0;  // 0: free
  };

  void forget(std::uint64_t network) noexcept {
    const std::lock_guard lock(mutex_);
    const std::size_t at = place_of(network);
    if (slots_[at].count != 0 && --slots_[at].count == 0) erase(at);
  }

  bool give_back() noexcept {
    open_.fetch_sub(1, std::memory_order_relaxed);
    return false;
  }

  [[nodiscard]] std::size_t home_of(std::uint64_t network) const noexcept {
    return static_cast<std::size_t>(hash_(network)) & (slots_.size() - 1);
  }
  [[nodiscard]] std::size_t next(std::size_t at) const noexcept {
    return (at + 1) & (slots_.size() - 1);
  }

  // Its slot, or the free one where it would be put. Ends: at least half of the slots are free.
  [[nodiscard]] std::size_t place_of(std::uint64_t network) const noexcept {
    std::size_t at = home_of(network);
    while (slots_[at].count != 0 && slots_[at].network != network) at = next(at);
    return at;
  }

  // Moves up those behind it that a search would not find across the hole. Source: Knuth, TAOCP 3,
  // 6.4, algorithm R.
  void erase(std::size_t hole) noexcept {
    for (std::size_t at = next(hole); slots_[at].count != 0; at = next(at)) {
      const std::size_t home = home_of(slots_[at].network);
      const std::size_t mask = slots_.size() - 1;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = {};
  }

  std::size_t max_total_;
  std::size_t max_per_address_;
  std::atomic<std::size_t> open_{0};
  std::mutex mutex_;  // of slots_
  std::vector<slot> slots_;
  keyed_hash hash_;
};

}  // namespace callgate::net
