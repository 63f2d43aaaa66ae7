// SPDX-License-Identifier: Apache-2.0
// An epoll set of our own in an Asio context: descriptors are registered once, their events come in
// batches.
//
//   the set is readable -> a turn: every event of a batch -> whatever was put off to the turn's end
#pragma once

#include <callgate/core/startup_error.hpp>
#include <callgate/net/handler_memory.hpp>

#include <asio/io_context.hpp>
#include <asio/posix/basic_stream_descriptor.hpp>
#include <asio/post.hpp>

#include <sys/epoll.h>

#include <array>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <utility>

namespace callgate::net {

// Edge-triggered: one registration serves a connection's whole life, where Asio would need a
// handler per operation. Threads: the context's. Cost: no allocation.
class poller {
 public:
  using clock = std::chrono::steady_clock;

  // Who is told of a descriptor's events. Lifetime: as long as the poller, so that no list has to
  // be searched when a descriptor is closed.
  struct watcher {
    // events: EPOLLIN and so on; 0 when a call had been asked for.
    void (*on_events)(watcher& self, std::uint32_t events) = nullptr;
    // Whatever finish_later() was asked for, once per turn.
    void (*on_turn_end)(watcher& self) = nullptr;

   private:
    friend class poller;
    watcher* next_again_ = nullptr;
    watcher* next_to_finish_ = nullptr;
    bool is_called_again_ = false;
    bool is_finished_later_ = false;
  };

  // Errors: startup_error.
  explicit poller(asio::io_context& context) : context_(context), set_(context, make_set()) {}
  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;

  // Begins to call watchers from the context's run(); stop() lets that return.
  void start() { wait(); }
  void stop() noexcept {
    std::error_code ignored;
    set_.close(ignored);
  }

  // False: the kernel has no room for one more.
  [[nodiscard]] bool add(int descriptor, watcher& w) noexcept {
    epoll_event wanted{};
    wanted.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET;
    wanted.data.ptr = &w;
    return epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, descriptor, &wanted) == 0;
  }

  // Before the descriptor is closed: what this batch still has of it must not reach the one that
  // the watcher watches next. Nor must a copy of the descriptor, in a forked child, keep it here.
  void remove(int descriptor, watcher& w) noexcept {
    for (std::size_t i = next_; i < count_; ++i)
      if (batch_[i].data.ptr == &w) batch_[i].data.ptr = nullptr;
    epoll_event ignored{};
    epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, descriptor, &ignored);
  }

  // Calls w in this turn, when the call that is at work has returned. Who asks endlessly keeps
  // others from their turn.
  void go_on(watcher& w) {
    if (!in_turn_) return call_again(w);
    going_on_.push(w);
  }

  // Calls w in this turn, when nothing else goes on in it. Demands: a turn.
  void call_last(watcher& w) {
    assert(in_turn_);
    last_.push(w);
  }

  // Calls w in a later turn, after others had theirs.
  void call_again(watcher& w) {
    again_.push(w);
    if (!in_turn_) post_turn();
  }

  // Calls w again some time after release(), in order.
  void hold(watcher& w) noexcept { held_.push(w); }
  void release() {
    call_list released = std::exchange(held_, {});
    while (watcher* w = released.pop()) call_again(*w);
  }

  // Calls w when this turn ends, or when a turn ends soon, outside of one.
  void finish_later(watcher& w) {
    if (std::exchange(w.is_finished_later_, true)) return;
    w.next_to_finish_ = std::exchange(to_finish_, &w);
    if (!in_turn_) post_turn();
  }

  // Does at once what was put off to the turn's end, the latest first.
  void finish_now() {
    while (watcher* w = to_finish_) {
      to_finish_ = w->next_to_finish_;
      w->is_finished_later_ = false;
      w->on_turn_end(*w);
    }
  }

  // Of this turn; each has its own.
  [[nodiscard]] std::uint64_t turn_number() const noexcept { return turn_number_; }

  // When this turn began. Cost: none.
  [[nodiscard]] clock::time_point now() const noexcept { return now_; }

  // What f() puts off is done when it returns.
  template <class F>
  void turn(F&& f) {
    if (in_turn_) return f();
    in_turn_ = true;
    ++turn_number_;
    now_ = clock::now();
    f();
    do {
      go_on_with_all();
      finish_now();
    } while (!going_on_.empty() || !last_.empty());
    if (!again_.empty()) post_turn();
    in_turn_ = false;
  }

 private:
  // Who is to be called, in order. Each is in one list at most: the first that it asked for.
  class call_list {
   public:
    [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }

    void push(watcher& w) noexcept {
      if (std::exchange(w.is_called_again_, true)) return;
      w.next_again_ = nullptr;
      (first_ != nullptr ? last_->next_again_ : first_) = &w;
      last_ = &w;
    }

    watcher* pop() noexcept {
      watcher* const w = first_;
      if (w == nullptr) return nullptr;
      first_ = w->next_again_;
      w->is_called_again_ = false;
      return w;
    }

   private:
    watcher* first_ = nullptr;
    watcher* last_ = nullptr;  // if there is a first
  };

  using epoll_set = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;

  static constexpr std::size_t max_batch_events = 128;
  static constexpr int max_turns_in_a_row = 8;

  static int make_set() {
    const int made = epoll_create1(EPOLL_CLOEXEC);
    if (made < 0)
      throw startup_error("no epoll set can be made (" + std::generic_category().message(errno) +
                          "): raise the limit of open files (ulimit -n)");
    return made;
  }

  void wait() {
    if (!set_.is_open()) return;
    set_.async_wait(epoll_set::wait_read,
                    bound_handler<poller, &poller::on_readable>(*this, wait_memory_));
  }

  void on_readable(std::error_code error) {
    if (error || !set_.is_open()) return;
    // Where several come at once, more have come when they are answered: to ask at once costs less
    // than the way through the context. Others that it has to call must have their turn, too.
    std::size_t taken = 0;
    for (int turns = 0; turns < max_turns_in_a_row; ++turns) {
      turn([&] { taken = take_batch(); });
      if (taken < 2 || is_posted_ || !set_.is_open()) break;
    }
    wait();
  }

  // Returns how many events there were.
  std::size_t take_batch() {
    const int got = epoll_wait(set_.native_handle(), batch_.data(), max_batch_events, 0);
    const std::size_t taken = got > 0 ? static_cast<std::size_t>(got) : 0;
    count_ = taken;
    for (next_ = 0; next_ < count_;) {
      const epoll_event& e = batch_[next_++];
      if (auto* w = static_cast<watcher*>(e.data.ptr)) w->on_events(*w, e.events);
      call_all(going_on_);
    }
    next_ = count_ = 0;
    return taken;
  }

  void post_turn() {
    if (std::exchange(is_posted_, true)) return;
    asio::post(context_, bound_handler<poller, &poller::on_posted>(*this, post_memory_));
  }

  void on_posted() {
    is_posted_ = false;
    // Those that are there now; who asks again meanwhile waits for another turn.
    turn([this] {
      call_list now = std::exchange(again_, {});
      call_all(now);
    });
  }

  void go_on_with_all() {
    call_all(going_on_);
    while (watcher* w = last_.pop()) {
      w->on_events(*w, 0);
      call_all(going_on_);
    }
  }

  static void call_all(call_list& those) {
    while (watcher* w = those.pop()) w->on_events(*w, 0);
  }

  asio::io_context& context_;
  epoll_set set_;
  handler_memory wait_memory_;
  handler_memory post_memory_;
  std::array<epoll_event, max_batch_events> batch_;
  std::size_t next_ = 0;   // of batch_, to be told
  std::size_t count_ = 0;  // of batch_
  clock::time_point now_ = clock::now();
  call_list going_on_;  // in this turn
  call_list last_;      // in this turn, when none goes on
  call_list again_;     // in the next one
  call_list held_;      // after release()
  watcher* to_finish_ = nullptr;
  std::uint64_t turn_number_ = 0;
  bool in_turn_ = false;
  bool is_posted_ = false;
};

}  // namespace callgate::net
