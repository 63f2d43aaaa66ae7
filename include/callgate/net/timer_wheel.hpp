// SPDX-License-Identifier: Apache-2.0
// Deadlines that are set for every request and hardly ever reached.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace callgate::net {

// One deadline. Lifetime: cancelled before it goes.
class deadline_timer {
 public:
  using clock = std::chrono::steady_clock;
  using function = void (*)(void* owner);

  deadline_timer(function expired, void* owner) noexcept : expired_(expired), owner_(owner) {}
  deadline_timer(const deadline_timer&) = delete;
  deadline_timer& operator=(const deadline_timer&) = delete;

 private:
  friend class timer_wheel;

  deadline_timer() = default;  // a list's head

  [[nodiscard]] bool is_linked() const noexcept { return next_ != nullptr; }
  void unlink() noexcept {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = nullptr;
  }
  void link_before(deadline_timer& other) noexcept {
    next_ = &other;
    previous_ = other.previous_;
    previous_->next_ = other.previous_ = this;
  }

  function expired_ = nullptr;
  void* owner_ = nullptr;
  clock::time_point due_{};
  clock::time_point looked_at_{};  // when it is looked at, if not before
  deadline_timer* previous_ = nullptr;
  deadline_timer* next_ = nullptr;
};

// Coarse: a timer expires in the first advance() that comes an interval after it is due, never
// before. Lazy: setting a later deadline only writes it down.
// Threads: one. Cost: set() and cancel() are O(1), without allocation.
class timer_wheel {
 public:
  using clock = deadline_timer::clock;

  static constexpr std::chrono::milliseconds interval{100};

  explicit timer_wheel(clock::time_point now) noexcept : now_tick_(tick_of(now)) {
    for (deadline_timer& head : slots_) head.next_ = head.previous_ = &head;
  }
  timer_wheel(const timer_wheel&) = delete;
  timer_wheel& operator=(const timer_wheel&) = delete;

  void set(deadline_timer& t, clock::time_point due) noexcept {
    t.due_ = due;
    if (t.is_linked()) {
      if (due >= t.looked_at_) return;
      t.unlink();
    }
    insert(t);
  }

  void cancel(deadline_timer& t) noexcept {
    if (t.is_linked()) t.unlink();
  }

  // Calls those that are due. What they call may set and cancel any timer.
  void advance(clock::time_point now) {
    const std::int64_t last = tick_of(now);
    if (last - now_tick_ > slot_count) now_tick_ = last - slot_count;  // each slot once is enough
    while (now_tick_ < last) {
      ++now_tick_;
      take_slot(now);
    }
  }

 private:
  static constexpr std::int64_t slot_count = 64;

  static std::int64_t tick_of(clock::time_point t) noexcept {
    return std::chrono::floor<std::chrono::milliseconds>(t.time_since_epoch()) / interval;
  }

  deadline_timer& slot_of(std::int64_t tick) noexcept {
    return slots_[static_cast<std::size_t>(tick % slot_count)];
  }

  // Farther ones are put as far as the wheel reaches, and looked at again there.
  void insert(deadline_timer& t) noexcept {
    const std::int64_t nearest = now_tick_ + 1, farthest = now_tick_ + slot_count - 1;
    const std::int64_t wanted = tick_of(t.due_) + 1;
    const std::int64_t tick = std::clamp(wanted, nearest, farthest);
    t.looked_at_ = clock::time_point(interval * tick);
    t.link_before(slot_of(tick));
  }

  void take_slot(clock::time_point now) {
    deadline_timer list;
    deadline_timer& head = slot_of(now_tick_);
    if (head.next_ == &head) return;
    list.next_ = head.next_;
    list.previous_ = head.previous_;
    list.next_->previous_ = list.previous_->next_ = &list;
    head.next_ = head.previous_ = &head;
    while (list.next_ != &list) {
      deadline_timer& t = *list.next_;
      t.unlink();
      if (t.due_ <= now)
        t.expired_(t.owner_);
      else
        insert(t);
    }
  }

  std::array<deadline_timer, slot_count> slots_{};
  std::int64_t now_tick_;
};

}  // namespace callgate::net
