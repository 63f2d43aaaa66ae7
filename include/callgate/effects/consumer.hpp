// SPDX-License-Identifier: Apache-2.0
// Runs a handler over a mount's events, after they were answered and for as long as it takes.
//
//   cursor -> read a batch -> handler, for each event (retry with backoff, then dead letter) ->
//   save cursor
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/effects/consumer_options.hpp>
#include <callgate/effects/permanent_failure.hpp>
#include <callgate/store/errc.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/store.hpp>

#include <atomic>
#include <chrono>
#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <pthread.h>

namespace callgate::effects {

// Fails by throwing, or by returning false when it returns bool; permanent_failure is not tried
// again. May have interrupt(), called from another thread: the call that runs shall end soon.
template <class H>
concept event_handler = std::invocable<H&, const store::stored_event&>;

// A thread of its own with a durable cursor: every event of the mount reaches the handler at least
// once, in order, also over restarts. An event that was handled shortly before a crash comes again,
// so handlers are idempotent (by sequence). Attempts are counted per run: after a restart they
// begin anew. Lifetime: the store outlives the consumer. Threads: stop() and the counters from any
// thread.
template <store::event_store Store, event_handler Handler>
class consumer {
 public:
  consumer(Store& source, consumer_options options, Handler handler)
      : store_(source), options_(std::move(options)), handler_(std::move(handler)) {
    thread_ = std::thread{[this] { run(); }};
  }
  ~consumer() { stop(); }
  consumer(const consumer&) = delete;
  consumer& operator=(const consumer&) = delete;

  // Asks for what stop() does, and does not wait for it.
  void request_stop() {
    {
      const std::lock_guard lock{mutex_};
      stopping_ = true;
    }
    wake_.notify_all();
    if constexpr (requires { handler_.interrupt(); }) handler_.interrupt();
  }

  // Lets the handler's current call finish, interrupts every wait, saves the cursor. Idempotent.
  void stop() {
    request_stop();
    const std::lock_guard joining{join_mutex_};
    if (thread_.joinable()) thread_.join();
  }

  // --- since this object was made
  [[nodiscard]] std::uint64_t handled() const noexcept { return handled_.load(); }
  [[nodiscard]] std::uint64_t retries() const noexcept { return retries_.load(); }
  [[nodiscard]] std::uint64_t dead_lettered() const noexcept { return dead_lettered_.load(); }

 private:
  void run() {
    ::pthread_setname_np(::pthread_self(), "callgate-fx");
    if (!load_cursor()) return;
    while (!stopping()) {
      // Before reading: what comes between the two wakes the wait below.
      const std::int64_t seen = store_.last_sequence();
      const auto events = store_.read_events(options_.mount, cursor_, options_.batch);
      if (!events) {
        pause(options_.store_retry_delay);
      } else if (events->empty()) {
        wait_for_events(seen);
      } else {
        handle(*events);
        save_cursor();
      }
    }
  }

  bool load_cursor() {
    while (!stopping()) {
      const auto cursor = store_.cursor(options_.name);
      if (cursor) return cursor_ = saved_ = *cursor, true;
      pause(options_.store_retry_delay);
    }
    return false;
  }

  // The cursor moves on only past what is done; whatever cannot be saved now comes again later.
  void handle(const std::vector<store::stored_event>& events) {
    for (const store::stored_event& event : events) {
      if (stopping() || !finish(event)) return;
      cursor_ = event.sequence;
    }
  }

  // False when it was interrupted. What fails while it stops may fail because it stops: it comes
  // again.
  bool finish(const store::stored_event& event) {
    for (std::size_t attempts = 1;; ++attempts) {
      const attempt_result got = attempt(event);
      if (got.error.empty()) return handled_.fetch_add(1), true;
      if (!got.is_permanent && stopping()) return false;
      if (got.is_permanent || attempts >= options_.retry.max_attempts)
        return give_up(event, attempts, got.error);
      if (!pause(options_.retry.delay_after(attempts))) return false;
      retries_.fetch_add(1);
    }
  }

  struct attempt_result {
    std::string error{};  // empty: it worked
    bool is_permanent = false;
  };

  attempt_result attempt(const store::stored_event& event) {
    try {
      using answer = std::invoke_result_t<Handler&, const store::stored_event&>;
      if constexpr (std::same_as<answer, bool>) {
        return {handler_(event) ? std::string{} : std::string{"the handler answered false"}};
      } else {
        handler_(event);
        return {};
      }
    } catch (const permanent_failure& e) {
      return {text_of(e), true};
    } catch (const std::exception& e) {
      return {text_of(e)};
    } catch (...) {
      return {"an exception that is no std::exception"};
    }
  }

  static std::string text_of(const std::exception& e) {
    const std::string_view text = e.what();
    if (text.empty()) return "an exception without a text";
    return std::string{text.substr(0, limits::max_reason_bytes)};
  }

  // Passes over the event only once its dead letter is durable.
  bool give_up(const store::stored_event& event, std::size_t attempts, std::string_view error) {
    while (store_.dead_letter(options_.name, event.sequence, attempts, error) != store::errc::ok)
      if (!pause(options_.store_retry_delay)) return false;
    dead_lettered_.fetch_add(1);
    return true;
  }

  // On stopping once, else until it is saved: what follows must not be handled over an old cursor
  // for ever.
  void save_cursor() {
    if (cursor_ == saved_) return;
    while (store_.save_cursor(options_.name, cursor_) != store::errc::ok)
      if (!pause(options_.store_retry_delay)) return;
    saved_ = cursor_;
  }

  // In slices, since stop() cannot wake the store's wait.
  void wait_for_events(std::int64_t seen) {
    while (!stopping() && !store_.wait_for_events(seen, options_.wait_slice)) {
      if (store_.state() != store::condition::ready) pause(options_.wait_slice);
    }
  }

  [[nodiscard]] bool stopping() {
    const std::lock_guard lock{mutex_};
    return stopping_;
  }

  // False when stop() was called.
  bool pause(std::chrono::milliseconds time) {
    std::unique_lock lock{mutex_};
    return !wake_.wait_for(lock, time, [this] { return stopping_; });
  }

  Store& store_;
  const consumer_options options_;
  Handler handler_;
  std::int64_t cursor_ = 0;  // the last event that is done
  std::int64_t saved_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::atomic<std::uint64_t> handled_{0};
  std::atomic<std::uint64_t> retries_{0};
  std::atomic<std::uint64_t> dead_lettered_{0};
  std::mutex join_mutex_;
  std::thread thread_;
};

}  // namespace callgate::effects
