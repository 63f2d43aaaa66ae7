// SPDX-License-Identifier: Apache-2.0
// What all connections of one I/O thread share.
#pragma once

#include <callgate/http/date.hpp>
#include <callgate/net/buffer_pool.hpp>
#include <callgate/net/options.hpp>

#include <asio/io_context.hpp>

#include <chrono>
#include <string_view>

namespace callgate::net {

// Threads: its own thread's, apart from context().
class loop {
 public:
  using clock = std::chrono::steady_clock;

  explicit loop(const connection_options& options)
      : options_(options), buffers_(options.max_buffer_bytes), date_(date_of_now()) {}
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

  [[nodiscard]] asio::io_context& context() noexcept { return context_; }
  [[nodiscard]] buffer_pool& buffers() noexcept { return buffers_; }
  [[nodiscard]] const connection_options& options() const noexcept { return options_; }

  // The text of the Date field; at most one tick old.
  [[nodiscard]] std::string_view date() const noexcept { return date_.view(); }
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
  buffer_pool buffers_;
  http::imf_fixdate date_;
  bool draining_ = false;
};

}  // namespace callgate::net
