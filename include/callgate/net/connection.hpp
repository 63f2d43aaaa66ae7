// SPDX-License-Identifier: Apache-2.0
// One TCP connection: read a request, let the service answer, write, and again.
#pragma once

#include <callgate/http/continue_response.hpp>
#include <callgate/http/errc.hpp>
#include <callgate/net/error_body.hpp>
#include <callgate/net/exchange.hpp>
#include <callgate/net/handler_memory.hpp>
#include <callgate/net/loop.hpp>
#include <callgate/net/service.hpp>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <system_error>

#include <sys/socket.h>
#include <sys/types.h>

namespace callgate::net {

using socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

// A slot of the connection slab. Reused for one connection after another; never freed while an
// operation or the service still refers to it: retire() is called when both are done.
template <service Service>
class connection : public exchange<typename Service::state> {
  using base = exchange<typename Service::state>;

 public:
  using retire_function = void (*)(void* owner, connection&);

  connection(loop& home, Service& service, retire_function retire, void* owner)
      : base(home), service_(service), socket_(home.context()), retire_(retire), owner_(owner) {
    this->resume_ = [](base& self) { static_cast<connection&>(self).resumed(); };
  }

  [[nodiscard]] net::socket& socket() noexcept { return socket_; }

  // socket() was just accepted.
  void start() {
    std::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    this->reader_.clear();
    this->restart();
    place_ = place::reading;
    lingers_ = false;  // the slot's last connection may have gone before its linger()
    set_deadline(this->loop_.options().idle_timeout);
    read();
  }

  // Called once per tick: enforces whatever deadline is running.
  void check_deadline(loop::clock::time_point now) {
    if (now < deadline_) return;
    switch (place_) {
      case place::reading:
        if (this->reader_.idle()) return close();
        return refuse(408, "request_timeout");
      case place::pending: return expire();
      case place::continuing:
      case place::writing:
      case place::lingering: return close();
      case place::closed: return;
    }
  }

  // The server stops: connections without a request in work close now, others after their answer.
  void drain() {
    if (place_ == place::reading && this->reader_.idle()) close();
  }

  void close() {
    if (place_ == place::closed) return;
    place_ = place::closed;
    std::error_code ignored;
    socket_.close(ignored);
    if (owed_) {
      this->abandoned_ = true;
      this->peer_ended_.store(true, std::memory_order_release);
    }
    retire_if_done();
  }

  connection* previous = nullptr;  // of the slab's list of open connections
  connection* next = nullptr;

 private:
  enum class place : std::uint8_t {
    reading,     // a request, or waiting for one
    continuing,  // writing 100 Continue
    pending,     // the service works on the answer
    writing,     // the answer
    lingering,   // everything is said; reads until the peer has seen it and closes
    closed,
  };

  void read() {
    ++operations_;
    const std::span<char> room = this->reader_.room();
    socket_.async_read_some(asio::buffer(room.data(), room.size()),
                            bound_handler<connection, &connection::on_read>(*this, read_memory_));
  }

  void on_read(std::error_code error, std::size_t bytes) {
    --operations_;
    if (place_ == place::closed) return retire_if_done();
    if (error) return close();
    if (place_ == place::lingering) return linger_on(bytes);
    if (place_ == place::writing) return;  // too late for a 408 that was decided meanwhile
    if (this->reader_.idle()) set_deadline(this->loop_.options().head_timeout);
    advance(this->reader_.received(bytes));
  }

  // Follows the reader as far as the bytes go.
  void advance(read_status status) {
    switch (status) {
      case read_status::need_more: return read();
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

  void admit() {
    const admission decision = service_.admit(*this);
    if (decision.answered) {
      if (this->request().framing != http::body_framing::none) lingers_ = true;
      return write();
    }
    set_deadline(this->loop_.options().body_timeout);
    const read_status status = this->reader_.admit(decision.max_body_bytes);
    if (status != read_status::need_more || !this->request().expect_continue)
      return advance(status);
    place_ = place::continuing;
    ++operations_;
    asio::async_write(socket_, asio::buffer(http::continue_response),
                      bound_handler<connection, &connection::on_continued>(*this, write_memory_));
  }

  void on_continued(std::error_code error, std::size_t) {
    --operations_;
    if (place_ == place::closed) return retire_if_done();
    if (error) return close();
    place_ = place::reading;
    read();
  }

  void serve() {
    place_ = place::pending;
    act(service_.handle(*this));
  }

  void act(reply r) {
    if (r == reply::ready) return write();
    owed_ = true;
    set_deadline(this->answer_within_);
    if (this->watches_peer_ && !watching_) watch();
  }

  // Tells of an end while nothing is read. Not cancelled when the answer is there: it comes back
  // with the next request, or with the connection's end. Cost: Asio allocates; for long waits only.
  void watch() {
    ++operations_;
    watching_ = true;
    socket_.async_wait(net::socket::wait_read, [this](std::error_code error) { watched(error); });
  }

  void watched(std::error_code error) {
    --operations_;
    watching_ = false;
    if (place_ == place::closed) return retire_if_done();
    if (error || place_ != place::pending || !this->watches_peer_) return;
    char first = 0;
    const ssize_t got = ::recv(socket_.native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got > 0) return;  // it is there: it has sent its next request
    const bool is_reset = got < 0 && errno != EAGAIN && errno != EINTR;
    if (is_reset) return close();
    if (got < 0) return watch();
    this->peer_ended_.store(true, std::memory_order_release);
  }

  // The service calls resume().
  void resumed() {
    owed_ = false;
    if (place_ == place::pending) return write();
    retire_if_done();
  }

  void expire() {
    this->abandoned_ = true;
    this->close_after();
    service_.expire(*this);
    write();
  }

  // Answers what is no request that a service could see.
  void refuse(std::uint16_t status, std::string_view error) {
    this->close_after();
    http::response_writer& out = this->out_;
    out.start(status, {});
    out.date(this->loop_.date());
    if (status == 415) out.field("Accept-Encoding", "identity");  // RFC 9110 12.5.3
    out.content_type("application/json");
    out.body(error_body(error).view());
    write();
  }

  void write() {
    place_ = place::writing;
    set_deadline(this->loop_.options().write_timeout);
    ++operations_;
    const std::string_view head = this->out_.text();
    const std::array<asio::const_buffer, 2> pieces{asio::buffer(head), asio::buffer(this->tail_)};
    asio::async_write(socket_, pieces,
                      bound_handler<connection, &connection::on_written>(*this, write_memory_));
  }

  void on_written(std::error_code error, std::size_t) {
    --operations_;
    if (place_ == place::closed) return retire_if_done();
    if (error || (this->loop_.draining() && !owed_)) return close();
    if (this->close_ || lingers_) return linger();
    this->restart();
    this->reader_.next();
    place_ = place::reading;
    set_deadline(this->reader_.idle() ? this->loop_.options().idle_timeout
                                      : this->loop_.options().head_timeout);
    advance(this->reader_.pending());
  }

  // Closing at once would reset the connection and could destroy an answer that the peer has not
  // read yet.
  void linger() {
    place_ = place::lingering;
    lingers_ = false;
    std::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    set_deadline(this->loop_.options().linger_timeout);
    discarded_bytes_ = 0;
    read_to_discard();
  }

  // Into a buffer of its own: a receipt that the store still has may pin the request's.
  void read_to_discard() {
    ++operations_;
    socket_.async_read_some(asio::buffer(discard_),
                            bound_handler<connection, &connection::on_read>(*this, read_memory_));
  }

  void linger_on(std::size_t bytes) {
    discarded_bytes_ += bytes;
    if (discarded_bytes_ > max_discarded_bytes) return close();
    read_to_discard();
  }

  void set_deadline(std::chrono::milliseconds time) { deadline_ = loop::clock::now() + time; }

  void retire_if_done() {
    if (place_ != place::closed || operations_ != 0 || owed_) return;
    this->restart();
    this->reader_.clear();
    retire_(owner_, *this);
  }

  static constexpr std::size_t max_discarded_bytes = 4 << 20;

  Service& service_;
  net::socket socket_;
  retire_function retire_;
  void* owner_;
  handler_memory read_memory_;
  handler_memory write_memory_;
  std::array<char, 512> discard_;
  loop::clock::time_point deadline_{};
  std::size_t discarded_bytes_ = 0;
  int operations_ = 0;     // asynchronous ones that have not come back
  bool owed_ = false;      // the service will call resume()
  bool watching_ = false;  // one of them tells of the peer's end
  bool lingers_ = false;   // bytes of an unread body may still come
  place place_ = place::closed;
};

}  // namespace callgate::net
