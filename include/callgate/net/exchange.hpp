// SPDX-License-Identifier: Apache-2.0
// One request and its answer, as a service sees them.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/http/request.hpp>
#include <callgate/http/response_writer.hpp>
#include <callgate/net/buffer_pool.hpp>
#include <callgate/net/error_body.hpp>
#include <callgate/net/loop.hpp>
#include <callgate/net/peer_address.hpp>
#include <callgate/net/request_reader.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace callgate::net {

// Lifetime: request(), body(), memory() and state stay pinned until the answer is written, and
// while the service still owes resume(), whatever becomes of the connection. Threads: its
// connection's I/O thread.
template <class State>
class exchange {
 public:
  State state{};

  explicit exchange(net::loop& home) noexcept
      : loop_(home), reader_(home.receive_buffers(), home.buffers()) {}
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

  [[nodiscard]] const http::request& request() const noexcept { return reader_.request(); }
  [[nodiscard]] std::string_view body() const noexcept { return reader_.body(); }
  [[nodiscard]] net::loop& home() noexcept { return loop_; }

  // Who has connected: the client, or a proxy in front of it.
  [[nodiscard]] const peer_address& peer() const noexcept { return peer_; }

  // Gets the arena at least this many bytes. False: the thread's buffers are used up.
  [[nodiscard]] bool lease_memory(std::size_t bytes) noexcept {
    lease_.reset();
    lease_ = loop_.buffers().lease(bytes);
    memory_.reset(std::as_writable_bytes(lease_.bytes()));
    return static_cast<bool>(lease_);
  }
  [[nodiscard]] arena& memory() noexcept { return memory_; }

  // Begins the answer: status, Connection, Date. Lifetime: until handle() returns or resume().
  http::response_writer& answer(std::uint16_t status) {
    auto context = http::response_context::of(reader_.request());
    context.keep_alive = context.keep_alive && !close_ && !loop_.draining();
    close_ = !context.keep_alive;
    begin_answer(status, context);
    return out_;
  }

  // An answer that does not fit into limits::max_answer_bytes (cold path). Owns the text.
  void answer_long(std::string text) {
    long_ = std::move(text);
    tail_ = long_;
  }

  // The same in a leased buffer; text views into it.
  void answer_long(buffer_lease lease, std::string_view text) noexcept {
    tail_lease_ = std::move(lease);
    tail_ = text;
  }

  // Closes the connection after the answer. To be called before answer().
  void close_after() noexcept { close_ = true; }

  // When a pending answer must be out; the service's expire() is called then.
  void answer_within(std::chrono::milliseconds time) noexcept { answer_within_ = time; }

  // True when nobody waits for the answer any more: the deadline answered, or the connection is
  // gone.
  [[nodiscard]] bool abandoned() const noexcept { return abandoned_; }

  // For an answer that may be long in coming: called in handle(), it lets peer_ended() tell.
  void watch_peer() noexcept { watches_peer_ = true; }

  // True once the peer sends no more, or is gone: it hardly waits for the answer any more.
  // Threads: any, while resume() is owed.
  [[nodiscard]] bool peer_ended() const noexcept {
    return peer_ended_.load(std::memory_order_acquire);
  }

  // The answer that handle() left pending is there, or is not needed (abandoned). Once per pending.
  void resume() { resume_(*this); }

 protected:
  void begin_answer(std::uint16_t status, http::response_context context) {
    loop_.make_output_room();
    out_ = http::response_writer(loop_.output().room());
    out_.start(status, context);
    out_.date(loop_.date());
  }

  // An answer that no service gives, the connection's last one.
  void write_error(std::uint16_t status, std::string_view error) {
    close_ = true;
    tail_ = {};
    begin_answer(status, {});
    if (status == 415) out_.field("Accept-Encoding", "identity");  // RFC 9110 12.5.3
    out_.content_type("application/json");
    out_.body(error_body(error).view());
  }

  void restart() noexcept {
    lease_.reset();
    memory_.reset({});
    tail_ = {};
    tail_lease_.reset();
    if (!long_.empty()) long_ = {};  // not clear(): a page of history must not stay with the slot
    close_ = abandoned_ = watches_peer_ = false;
    peer_ended_.store(false, std::memory_order_relaxed);
    answer_within_ = std::chrono::milliseconds{0};
  }

  net::loop& loop_;
  request_reader reader_;
  buffer_lease lease_;
  arena memory_;
  peer_address peer_{};
  http::response_writer out_{{}};  // into the thread's output area
  std::string long_;               // owns tail_ or nothing
  buffer_lease tail_lease_;        // the same
  std::string_view tail_{};        // sent behind out_
  std::chrono::milliseconds answer_within_{0};
  bool close_ = false;
  bool abandoned_ = false;
  bool watches_peer_ = false;
  std::atomic<bool> peer_ended_{false};
  void (*resume_)(exchange&) = nullptr;
};

}  // namespace callgate::net
