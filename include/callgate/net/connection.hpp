// SPDX-License-Identifier: Apache-2.0
// One TCP connection: read a request, let the service answer, write, and again.
//
//   readable -> received -> admitted -> handled -> answer into the outbox -> sent at the turn's end
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/http/continue_response.hpp>
#include <callgate/http/errc.hpp>
#include <callgate/net/body_pace.hpp>
#include <callgate/net/channel.hpp>
#include <callgate/net/exchange.hpp>
#include <callgate/net/loop.hpp>
#include <callgate/net/outbox.hpp>
#include <callgate/net/service.hpp>
#include <callgate/net/stream.hpp>
#include <callgate/net/timer_wheel.hpp>
#include <callgate/net/turn_steps.hpp>

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace callgate::net {

// A slot of the connection slab. Reused for one connection after another; retire() is called when
// neither the kernel nor the service refers to it any more. Threads: its I/O thread.
template <service Service>
class connection : public exchange<typename Service::state>, private poller::watcher {
  using base = exchange<typename Service::state>;

 public:
  using retire_function = void (*)(void* owner, connection&);

  connection(loop& home, Service& service, retire_function retire, void* owner)
      : base(home),
        service_(service),
        channel_(home.cipher(), home.buffers()),
        outbox_(home.output(), home.buffers()),
        deadline_([](void* self) { static_cast<connection*>(self)->expired(); }, this),
        retire_(retire),
        owner_(owner) {
    this->resume_ = [](base& self) { static_cast<connection&>(self).resumed(); };
    on_events = [](poller::watcher& self, std::uint32_t events) {
      static_cast<connection&>(self).take_events(events);
    };
    on_turn_end = [](poller::watcher& self) { static_cast<connection&>(self).send(); };
  }

  // Takes over a socket that was just accepted. secure: nullptr without TLS.
  void start(socket_handle socket, const peer_address& from, const tls::context* secure) {
    channel_.open(std::move(socket), secure);
    this->peer_ = from;
    this->restart();
    place_ = place::reading;
    is_readable_ = has_unread_ = is_in_body_ = is_blocked_ = false;
    waits_ = closes_ = lingers_ = has_ended_ = reads_to_the_end_ = false;
    set_reading_deadline();
    if (!this->loop_.poller().add(channel_.descriptor(), *this)) close();
  }

  // The server stops: connections without a request in work close now, others after their answer.
  // What has come already is a request in work.
  void drain() {
    if (place_ != place::reading) return;
    is_readable_ = true;
    run();
    if (place_ != place::reading || !this->reader_.idle() || !is_all_sent()) return;
    // What is on its way still would be lost with a reset, if the peer goes on sending.
    return channel_.is_on_its_way() ? linger() : close();
  }

  void close() {
    if (place_ == place::closed) return;
    place_ = place::closed;
    this->loop_.poller().remove(channel_.descriptor(), *this);
    this->loop_.timers().cancel(deadline_);
    channel_.close();
    outbox_.clear();
    if (is_owed_) {
      this->abandoned_ = true;
      this->peer_ended_.store(true, std::memory_order_release);
    }
    retire_if_done();
  }

  connection* previous = nullptr;  // of the slab's list of open connections
  connection* next = nullptr;

 private:
  enum class place : std::uint8_t {
    reading,    // a request, or waiting for one
    pending,    // the service works on the answer
    writing,    // an answer that must be out before anything else happens
    lingering,  // everything is said; reads until the peer has seen it and closes
    closed,
  };

  // --- reading

  void take_events(std::uint32_t events) {
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) has_ended_ = true;
    // Behind an end, or a mark of urgent data, a short read does not mean that all was read.
    if (has_ended_ || (events & EPOLLPRI) != 0) reads_to_the_end_ = true;
    if ((events & ~std::uint32_t{EPOLLOUT}) != 0) is_readable_ = true;
    if (is_blocked_ && (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) send();
    switch (place_) {
      case place::reading: return run();
      case place::pending: return watch(events);
      case place::lingering: return discard();
      case place::writing:
      case place::closed: return;
    }
  }

  // Follows the bytes as far as they go, or until others must have their turn.
  void run() {
    poller& turns = this->loop_.poller();
    for (;;) {
      this->loop_.make_output_room(limits::max_group + 1);  // others', and its own
      if (place_ != place::reading || is_blocked_) return;
      if (!steps_.take(turns.turn_number())) return turns.call_again(*this);
      if (waits_ && this->loop_.paused()) return turns.hold(*this);
      if (has_unread_) {
        has_unread_ = false;
        advance(this->reader_.pending());
      } else if (!is_readable_ || !receive()) {
        return;
      }
    }
  }

  // False when nothing has come.
  bool receive() {
    const std::span<char> room = this->reader_.room();
    if (room.empty()) return refuse(503, "out_of_buffers"), false;
    const bool begins = this->reader_.idle(), was_established = channel_.established();
    const transferred t = channel_.receive(room);
    if (channel_.has_unsent()) block();
    if (t.how != transfer::done) return end_of_input(t.how), false;
    if (t.is_all && !reads_to_the_end_) is_readable_ = false;
    if (t.bytes == 0) return take_handshake(was_established), true;
    const read_status status = this->reader_.received(t.bytes);
    if (status == read_status::need_more && begins)
      set_deadline(this->loop_.options().head_timeout);
    if (status == read_status::need_more && is_in_body_) paced(t.bytes);
    advance(status);
    return true;
  }

  void end_of_input(transfer how) {
    is_readable_ = false;
    this->reader_.received_nothing();
    if (how == transfer::blocked) return;
    if (how == transfer::failed && channel_.falls_back()) return refuse(400, "tls_required");
    if (how == transfer::failed || is_all_sent()) return close();
    closes_ = true;
    hold_until_sent();  // what it asked before is still answered
  }

  // Of TLS something has come, but nothing of a request.
  void take_handshake(bool was_established) {
    this->reader_.received_nothing();
    if (!was_established && channel_.established() && !is_blocked_) set_reading_deadline();
  }

  void advance(read_status status) {
    switch (status) {
      case read_status::need_more: return;
      case read_status::head_complete: return admit();
      case read_status::complete: return serve();
      case read_status::no_memory: return refuse(503, "out_of_buffers");
      case read_status::refused: break;
    }
    const http::errc why = this->reader_.error();
    if (why != http::errc::body_too_large) return refuse(http::status_of(why), enum_name(why));
    this->close_after();
    place_ = place::pending;
    act(service_.too_large(*this));
  }

  // --- answering

  void admit() {
    const admission decision = service_.admit(*this);
    waits_ = has_unread_ = decision.waits;  // with the head that is there
    if (waits_) return set_reading_deadline();
    if (decision.answered) {
      lingers_ = this->request().framing != http::body_framing::none;
      return write();
    }
    const read_status status = this->reader_.admit(decision.max_body_bytes);
    if (status != read_status::need_more) return advance(status);
    is_in_body_ = true;
    await_body();
    if (this->request().expect_continue && !queue(http::continue_response)) close();
  }

  void serve() {
    place_ = place::pending;
    act(service_.handle(*this));
  }

  void act(reply r) {
    if (r == reply::ready) return write();
    is_owed_ = true;
    set_deadline(this->answer_within_);
    if (has_ended_) watch(EPOLLRDHUP);
  }

  // A peer that has ended may still listen; one that is gone does not.
  void watch(std::uint32_t events) {
    if ((events & (EPOLLHUP | EPOLLERR)) != 0) return close();
    if (has_ended_ && this->watches_peer_) this->peer_ended_.store(true, std::memory_order_release);
  }

  // The service calls resume().
  void resumed() {
    is_owed_ = false;
    if (place_ != place::pending) return retire_if_done();
    write();
    if (may_run()) this->loop_.poller().go_on(*this);
  }

  // Answers what is no request that a service could see.
  void refuse(std::uint16_t status, std::string_view error) {
    this->write_error(status, error);
    write();
  }

  // The answer is there: what comes next must wait for its end only if it is the last one.
  void write() {
    if (place_ == place::closed) return;
    if (this->out_.overflowed()) this->write_error(500, "answer_too_long");
    if (!queue(this->out_.text(), this->tail_)) return close();
    closes_ = this->close_ || lingers_ || this->loop_.draining();
    if (closes_ || !this->tail_.empty() || is_blocked_) return hold_until_sent();
    await_next();
  }

  void hold_until_sent() {
    place_ = place::writing;
    set_deadline(this->loop_.options().write_timeout);
  }

  bool queue(std::string_view head, std::string_view tail = {}) {
    if (!outbox_.add(head, tail, is_blocked_)) return false;
    if (!is_blocked_) this->loop_.poller().finish_later(*this);
    return true;
  }

  void await_next() {
    this->restart();
    this->reader_.next();
    is_in_body_ = false;
    place_ = place::reading;
    has_unread_ = !this->reader_.idle();
    set_reading_deadline();
  }

  [[nodiscard]] bool may_run() const noexcept {
    return place_ == place::reading && (has_unread_ || is_readable_);
  }

  void send() {
    if (place_ == place::closed) return;
    switch (outbox_.send(channel_)) {
      case transfer::done: return sent();
      case transfer::blocked: break;
      default: return close();
    }
    block();
  }

  void block() {
    if (!is_blocked_ && place_ == place::reading) set_deadline(this->loop_.options().write_timeout);
    is_blocked_ = true;
  }

  [[nodiscard]] bool is_all_sent() const noexcept {
    return outbox_.empty() && !channel_.has_unsent();
  }

  void sent() {
    const bool was_blocked = std::exchange(is_blocked_, false);
    const bool was_held = place_ == place::writing;
    if (was_held && closes_) return linger();
    if (was_held) await_next();
    if (!was_held && (!was_blocked || place_ != place::reading)) return;  // it has gone on already
    if (!was_held) set_reading_deadline();
    if (this->loop_.draining()) return drain();
    if (may_run()) this->loop_.poller().call_again(*this);
  }

  // --- ending

  // Closing at once would reset the connection and could destroy an answer that the peer has not
  // read yet.
  void linger() {
    place_ = place::lingering;
    channel_.end();
    set_deadline(this->loop_.options().linger_timeout);
    discarded_bytes_ = 0;
    discard();
  }

  // A receipt that the store still has may pin the request's buffer: these bytes go elsewhere.
  void discard() {
    std::array<char, 4096> unwanted;
    for (int steps = 0; steps < limits::max_steps; ++steps) {
      const transferred t = channel_.receive(unwanted);
      if (t.how == transfer::blocked) return;
      discarded_bytes_ += t.bytes;
      if (t.how != transfer::done || discarded_bytes_ > limits::max_discarded_bytes) return close();
    }
    this->loop_.poller().call_again(*this);
  }

  void retire_if_done() {
    if (place_ != place::closed || is_owed_) return;
    this->restart();
    this->reader_.clear();
    retire_(owner_, *this);
  }

  // --- deadlines

  void expired() {
    switch (place_) {
      case place::reading:
        if (this->reader_.idle() || is_blocked_) return close();
        return waits_ ? refuse_late() : refuse(408, "request_timeout");
      case place::pending: return expire();
      case place::writing:
      case place::lingering: return close();
      case place::closed: return;
    }
  }

  void refuse_late() {
    this->close_after();
    service_.too_late(*this);
    write();
  }

  void expire() {
    this->abandoned_ = true;
    this->close_after();
    service_.expire(*this);
    write();
  }

  void set_deadline(std::chrono::milliseconds time) { set_due(this->loop_.now() + time); }
  void set_due(loop::clock::time_point due) { this->loop_.timers().set(deadline_, due); }

  void await_body() {
    pace_.begin(this->loop_.now(), this->loop_.options());
    paced(this->reader_.received_of_body());
  }
  void paced(std::size_t bytes) {
    pace_.received(bytes);
    set_due(pace_.due());
  }

  void set_reading_deadline() {
    const connection_options& how = this->loop_.options();
    if (is_in_body_) return await_body();
    const bool is_idle = this->reader_.idle() && channel_.established();
    set_deadline(waits_ ? how.body_timeout : is_idle ? how.idle_timeout : how.head_timeout);
  }

  Service& service_;
  channel channel_;
  outbox outbox_;
  deadline_timer deadline_;
  retire_function retire_;
  void* owner_;
  body_pace pace_;
  std::size_t discarded_bytes_ = 0;
  turn_steps steps_;
  place place_ = place::closed;
  bool is_readable_ = false;       // as far as is known
  bool has_unread_ = false;        // received bytes behind the last request
  bool is_in_body_ = false;        // of the request that is read
  bool is_blocked_ = false;        // the peer does not take what the outbox has
  bool waits_ = false;             // to be admitted
  bool is_owed_ = false;           // the service will call resume()
  bool closes_ = false;            // when the outbox is empty
  bool lingers_ = false;           // bytes of an unread body may still come
  bool has_ended_ = false;         // the peer sends no more, or is gone
  bool reads_to_the_end_ = false;  // a short read does not tell that all was read
};

}  // namespace callgate::net
