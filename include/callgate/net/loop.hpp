// SPDX-License-Identifier: Apache-2.0
// What all connections of one I/O thread share.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/http/date.hpp>
#include <callgate/net/buffer_pool.hpp>
#include <callgate/net/cipher_buffers.hpp>
#include <callgate/net/options.hpp>
#include <callgate/net/output_area.hpp>
#include <callgate/net/poller.hpp>
#include <callgate/net/timer_wheel.hpp>

#include <asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace callgate::net {

// Threads: its own thread's, apart from context().
class loop {
 public:
  using clock = std::chrono::steady_clock;

  // Errors: startup_error.
  explicit loop(const connection_options& options)
      : options_(options),
        poller_(context_),
        timers_(clock::now()),
        buffers_(options.max_buffer_bytes),
        receive_buffers_(options.max_connections == 0
                             ? SIZE_MAX
                             : options.max_connections * limits::receive_buffer_bytes),
        date_(date_of_now()) {}
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

  [[nodiscard]] asio::io_context& context() noexcept { return context_; }
  [[nodiscard]] net::poller& poller() noexcept { return poller_; }
  [[nodiscard]] timer_wheel& timers() noexcept { return timers_; }
  [[nodiscard]] cipher_buffers& cipher() noexcept { return cipher_; }
  [[nodiscard]] output_area& output() noexcept { return output_; }
  [[nodiscard]] buffer_pool& buffers() noexcept { return buffers_; }
  // One for each connection that has received something and not answered it yet.
  [[nodiscard]] buffer_pool& receive_buffers() noexcept { return receive_buffers_; }
  [[nodiscard]] const connection_options& options() const noexcept { return options_; }

  // When this turn of the poller began.
  [[nodiscard]] clock::time_point now() const noexcept { return poller_.now(); }

  // Makes sure that so many more answers can be written. May send others, the caller's own too, and
  // find their connections broken.
  void make_output_room(std::size_t answers = 1) {
    if (!output_.has_room(answers)) poller_.finish_now();
  }

  // What takes requests is full: a service lets others wait until resume(), or the next tick.
  void pause() noexcept { is_paused_ = true; }
  void resume() {
    if (std::exchange(is_paused_, false)) poller_.release();
  }
  [[nodiscard]] bool paused() const noexcept { return is_paused_ && !draining_; }

  // For the Date field; at most one tick old.
  [[nodiscard]] const http::imf_fixdate& date() const noexcept { return date_; }
  void refresh_date() noexcept { date_ = date_of_now(); }

  // True once the server stops: connections close after the answer they owe.
  [[nodiscard]] bool draining() const noexcept { return draining_; }
  void drain() noexcept { draining_ = true; }

 private:
  static http::imf_fixdate date_of_now() noexcept {
    using namespace std::chrono;
    return http::format_imf_fixdate(
        duration_cast<seconds>(system_clock::now().time_since_epoch()).count());
  }

  connection_options options_;
  asio::io_context context_{1};
  net::poller poller_;
  timer_wheel timers_;
  cipher_buffers cipher_;
  output_area output_;
  buffer_pool buffers_;
  buffer_pool receive_buffers_;
  http::imf_fixdate date_;
  bool is_paused_ = false;
  bool draining_ = false;
};

}  // namespace callgate::net
