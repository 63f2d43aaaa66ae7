// SPDX-License-Identifier: Apache-2.0
// Runs handlers that are coroutines, one at a time, on the thread that calls.
//
//   run: the coroutine, to its end -> what it returns or throws
//   interrupt: may end in finish_within -> is cancelled, may end in cancel_within -> is destroyed
#pragma once

#include <callgate/core/limits.hpp>

#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace callgate {

// Out of run(), for a coroutine that has not ended when it had to.
class handler_interrupted : public std::runtime_error {
 public:
  handler_interrupted() : std::runtime_error("the server stopped while the handler waited") {}
};

// Threads: run() on one, which is where the coroutine runs; interrupt() from any.
class coroutine_loop {
 public:
  struct patience {
    std::chrono::milliseconds finish_within = limits::handler_finish_time;
    std::chrono::milliseconds cancel_within = limits::handler_cancel_time;
  };

  coroutine_loop() : coroutine_loop(patience{}) {}
  explicit coroutine_loop(patience how) : how_(how) {}
  coroutine_loop(const coroutine_loop&) = delete;
  coroutine_loop& operator=(const coroutine_loop&) = delete;

  // What the coroutine returns; true for void. Lifetime: what it refers to lives until run() comes
  // back. Errors: throws what the coroutine throws, or handler_interrupted.
  template <class Result>
  bool run(asio::awaitable<Result> task) {
    if (abandoned_) throw handler_interrupted();
    shared& now = *shared_;
    now.value.reset(), now.error = nullptr;
    now.context.restart();
    asio::co_spawn(now.context, as_bool(std::move(task)),
                   asio::bind_cancellation_slot(now.cancel.slot(), completion{shared_}));
    if (!drive(now)) abandon();
    if (now.error) std::rethrow_exception(now.error);
    return now.value.value();
  }

  // The coroutine that runs, and each one behind it, has to end soon. Idempotent.
  void interrupt() {
    asio::post(shared_->context, [this] { interrupted_ = true; });
  }

 private:
  struct loop_context : asio::io_context {
    loop_context() : asio::io_context(1) {}
    void destroy_handlers() { shutdown(); }
  };

  struct shared {
    loop_context context;
    asio::cancellation_signal cancel;
    std::optional<bool> value{};
    std::exception_ptr error{};

    [[nodiscard]] bool has_ended() const noexcept { return value.has_value() || error != nullptr; }
  };

  // Is where the coroutine's frame is, and goes with it.
  struct completion {
    std::shared_ptr<shared> to;

    void operator()(const std::exception_ptr& error, bool value) const {
      if (error == nullptr) to->value = value;
      to->error = error;
    }
  };

  static asio::awaitable<bool> as_bool(asio::awaitable<bool> task) { return task; }
  static asio::awaitable<bool> as_bool(asio::awaitable<void> task) {
    co_await std::move(task);
    co_return true;
  }

  // False when the coroutine did not end in time.
  bool drive(shared& now) {
    while (!now.has_ended() && !interrupted_) now.context.run_one();
    drive_for(now, how_.finish_within);
    if (now.has_ended()) return true;
    now.cancel.emit(asio::cancellation_type::terminal);
    drive_for(now, how_.cancel_within);
    return now.has_ended();
  }

  static void drive_for(shared& now, std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (!now.has_ended() && now.context.run_one_until(end) > 0) {
    }
  }

  // Destroys the coroutine where it waits. One that waits for something of another executor's is
  // not here to be destroyed: when that comes back, it must find the context, so that it stays.
  [[noreturn]] void abandon() {
    abandoned_ = true;
    shared_->context.destroy_handlers();
    if (shared_.use_count() > 1) (void)new std::shared_ptr<shared>(shared_);
    throw handler_interrupted();
  }

  patience how_;
  std::shared_ptr<shared> shared_ = std::make_shared<shared>();
  bool interrupted_ = false;  // the thread's of run()
  bool abandoned_ = false;
};

}  // namespace callgate
