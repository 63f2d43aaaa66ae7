// SPDX-License-Identifier: Apache-2.0
// A call onto an I/O thread from any other thread, without allocation; a turn of its poller.
#pragma once

#include <callgate/net/handler_memory.hpp>
#include <callgate/net/loop.hpp>

#include <asio/post.hpp>

namespace callgate::net {

// Threads: notify() from any thread, but not again before the function was called: a completion
// queue sees to that, it wakes only when it was empty. Lifetime: outlives every notify(); the loop
// outlives it.
class wakeup {
 public:
  using function = void (*)(void* owner);

  wakeup(loop& home, function call, void* owner) noexcept
      : home_(home), call_(call), owner_(owner) {}
  wakeup(const wakeup&) = delete;
  wakeup& operator=(const wakeup&) = delete;

  void notify() {
    asio::post(home_.context(), bound_handler<wakeup, &wakeup::run>(*this, memory_));
  }

 private:
  void run() {
    home_.poller().turn([this] { call_(owner_); });
  }

  loop& home_;
  function call_;
  void* owner_;
  handler_memory memory_;
};

}  // namespace callgate::net
