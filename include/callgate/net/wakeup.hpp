// SPDX-License-Identifier: Apache-2.0
// A call onto an I/O thread from any other thread, without allocation.
#pragma once

#include <callgate/net/handler_memory.hpp>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

namespace callgate::net {

// Threads: notify() from any thread, but not again before the function was called: a completion
// queue sees to that, it wakes only when it was empty. Lifetime: outlives every notify(); the
// context outlives it.
class wakeup {
 public:
  using function = void (*)(void* owner);

  wakeup(asio::io_context& context, function call, void* owner) noexcept
      : context_(context), call_(call), owner_(owner) {}
  wakeup(const wakeup&) = delete;
  wakeup& operator=(const wakeup&) = delete;

  void notify() { asio::post(context_, bound_handler<wakeup, &wakeup::run>(*this, memory_)); }

 private:
  void run() { call_(owner_); }

  asio::io_context& context_;
  function call_;
  void* owner_;
  handler_memory memory_;
};

}  // namespace callgate::net
