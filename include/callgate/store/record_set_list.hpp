// SPDX-License-Identifier: Apache-2.0
// The record sets that a store was told of, and whether its writer has seen them.
#pragma once

#include <callgate/provider/record_set.hpp>

#include <atomic>
#include <mutex>
#include <vector>

namespace callgate::store {

// Threads: add() from any thread, the rest from the writer's.
class record_set_list {
 public:
  // In place of an earlier one of its provider.
  void add(const record_set& set) {
    const std::lock_guard lock{mutex_};
    std::erase_if(sets_, [&](const record_set* known) { return known->provider == set.provider; });
    sets_.push_back(&set);
    changed_.store(true);
  }

  // Whether some were added since take().
  [[nodiscard]] bool changed() const noexcept { return changed_.load(); }

  [[nodiscard]] std::vector<const record_set*> take() {
    const std::lock_guard lock{mutex_};
    changed_.store(false);
    return sets_;
  }

 private:
  std::mutex mutex_;
  std::vector<const record_set*> sets_;
  std::atomic<bool> changed_{false};
};

}  // namespace callgate::store
