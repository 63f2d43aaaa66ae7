// SPDX-License-Identifier: Apache-2.0
// Finished appends on their way back from a store's writer to the thread that submitted them.
#pragma once

#include <callgate/store/append_request.hpp>

#include <atomic>

namespace callgate::store {

// Threads: push from any thread, take_all from the owner. Wakes the owner once per push of a whole
// list. Cost: no lock, no allocation; one wake call when the queue was empty.
class completion_queue {
 public:
  using wake_function = void (*)(void* owner) noexcept;

  completion_queue(wake_function wake, void* owner) noexcept : wake_(wake), owner_(owner) {}
  completion_queue(const completion_queue&) = delete;
  completion_queue& operator=(const completion_queue&) = delete;

  // Takes a list linked by next, first to last.
  void push(append_request* first, append_request* last) noexcept {
    append_request* head = head_.load(std::memory_order_relaxed);
    do last->next = head;
    while (!head_.compare_exchange_weak(head, first, std::memory_order_release,
                                        std::memory_order_relaxed));
    if (head == nullptr) wake_(owner_);
  }

  // Everything that is there, linked by next; nullptr when nothing is. Order between batches is not
  // kept.
  [[nodiscard]] append_request* take_all() noexcept {
    return head_.exchange(nullptr, std::memory_order_acquire);
  }

 private:
  std::atomic<append_request*> head_{nullptr};
  wake_function wake_;
  void* owner_;
};

}  // namespace callgate::store
