// SPDX-License-Identifier: Apache-2.0
// One I/O thread: its event loop, its listening socket and its slab of connections.
#pragma once

#include <callgate/core/startup_error.hpp>
#include <callgate/net/connection.hpp>
#include <callgate/net/connection_counts.hpp>
#include <callgate/net/handler_memory.hpp>
#include <callgate/net/listener.hpp>
#include <callgate/net/loop.hpp>
#include <callgate/net/peer_address.hpp>
#include <callgate/net/service.hpp>
#include <callgate/net/socket_handle.hpp>
#include <callgate/tls/context.hpp>

#include <asio/basic_waitable_timer.hpp>
#include <asio/post.hpp>

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace callgate::net {

// Shares nothing with other I/O threads but the counts. Threads: run() is the thread; drain() may
// come from any.
template <service Service>
class io_thread : private poller::watcher {
 public:
  // make(loop&) gives the thread's service. secure: nullptr without TLS.
  // Lifetime: counts and secure outlive this. Errors: startup_error.
  template <class Make>
  io_thread(const connection_options& options, connection_counts& counts,
            const tls::context* secure, Make&& make)
      : loop_(options),
        secure_(secure),
        counts_(counts),
        service_(make(loop_)),
        timer_(loop_.context()) {
    on_events = [](poller::watcher& self, std::uint32_t) {
      static_cast<io_thread&>(self).accept();
    };
  }

  [[nodiscard]] net::loop& home() noexcept { return loop_; }
  [[nodiscard]] Service& served() noexcept { return service_; }

  // Takes over a listening socket. Errors: startup_error.
  void listen(acceptor ready) {
    std::error_code ignored;
    ready.native_non_blocking(true, ignored);
    ready.set_option(asio::ip::tcp::no_delay(true), ignored);  // what it accepts inherits it
    listener_ = socket_handle(ready.release(ignored));
    if (!loop_.poller().add(listener_.descriptor(), *this))
      throw startup_error("the kernel watches no more sockets: raise fs.epoll.max_user_watches");
  }

  // Serves until drain() has closed the last connection.
  void run() {
    loop_.poller().start();
    loop_.poller().turn([this] { accept(); });
    tick();
    loop_.context().run();
  }

  // Stops accepting, closes idle connections, lets the others answer. After drain_timeout they are
  // closed, too.
  void drain() {
    asio::post(loop_.context(), [this] { loop_.poller().turn([this] { begin_drain(); }); });
  }

 private:
  using connection_type = connection<Service>;

  static constexpr int max_accepts = 64;  // in one turn

  // --- accepting

  // As many as have come, or until others must have their turn.
  void accept() {
    for (int i = 0; i < max_accepts; ++i)
      if (!accept_one()) return;
    loop_.poller().call_again(*this);
  }

  // False when there is nobody, or no place for anybody.
  bool accept_one() {
    if (!listener_.is_open() || counts_.full()) return retry_accept_ = true, false;
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    socket_handle socket(::accept4(listener_.descriptor(), reinterpret_cast<sockaddr*>(&from),
                                   &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.is_open()) return begin(std::move(socket), peer_address::of(from)), true;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
    // The peer is gone already; or there are no descriptors, and the next tick tries again.
    retry_accept_ = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    return !retry_accept_;
  }

  void begin(socket_handle socket, const peer_address& from) {
    if (!counts_.enter(from)) return;  // closed at once
    connection_type& c = take();
    link(c);
    c.start(std::move(socket), from, secure_);
  }

  // --- time

  void tick() {
    timer_.expires_after(timer_wheel::interval);
    timer_.async_wait(bound_handler<io_thread, &io_thread::on_tick>(*this, timer_memory_));
  }

  void on_tick(std::error_code error) {
    if (error) return;
    loop_.poller().turn([this] { take_tick(); });
    if (!is_done()) tick();
  }

  void take_tick() {
    loop_.refresh_date();
    loop_.resume();
    loop_.timers().advance(loop_.now());
    if (std::exchange(retry_accept_, false)) accept();
    if (loop_.draining() && loop_.now() >= drain_due_) for_each_open([](auto& c) { c.close(); });
  }

  // --- ending

  void begin_drain() {
    if (loop_.draining()) return;
    loop_.poller().finish_now();  // answers of handlers that were no turn
    loop_.drain();
    loop_.resume();
    drain_due_ = loop_.now() + loop_.options().drain_timeout;
    // Whose request has come is answered.
    for (int i = 0; i < asio::socket_base::max_listen_connections && accept_one(); ++i) {
    }
    loop_.poller().remove(listener_.descriptor(), *this);
    listener_.close();
    for_each_open([](auto& c) { c.drain(); });
    end_if_done();
  }

  [[nodiscard]] bool is_done() const noexcept { return loop_.draining() && open_ == nullptr; }

  // Without timer and poller, run() returns.
  void end_if_done() {
    if (!is_done()) return;
    timer_.cancel();
    loop_.poller().stop();
  }

  // --- the slab

  // A function that is called may close and unlink the connection.
  template <class F>
  void for_each_open(F f) {
    for (connection_type* c = open_; c != nullptr;) {
      connection_type* following = c->next;
      f(*c);
      c = following;
    }
  }

  connection_type& take() {
    if (free_.empty()) {
      slab_.push_back(std::make_unique<connection_type>(loop_, service_, &io_thread::retire, this));
      free_.reserve(slab_.size());  // so that retiring never allocates
      return *slab_.back();
    }
    connection_type& c = *free_.back();
    free_.pop_back();
    return c;
  }

  void link(connection_type& c) {
    c.previous = nullptr;
    c.next = open_;
    if (open_ != nullptr) open_->previous = &c;
    open_ = &c;
  }

  static void retire(void* owner, connection_type& c) {
    auto& self = *static_cast<io_thread*>(owner);
    (c.previous != nullptr ? c.previous->next : self.open_) = c.next;
    if (c.next != nullptr) c.next->previous = c.previous;
    self.free_.push_back(&c);
    self.counts_.leave(c.peer());
    // Not at once: who closed it may be at work on it still.
    if (std::exchange(self.retry_accept_, false)) self.loop_.poller().call_again(self);
    self.end_if_done();
  }

  net::loop loop_;
  const tls::context* secure_;
  connection_counts& counts_;
  Service service_;
  socket_handle listener_;
  asio::basic_waitable_timer<loop::clock, asio::wait_traits<loop::clock>,
                             asio::io_context::executor_type>
      timer_;
  handler_memory timer_memory_;
  std::vector<std::unique_ptr<connection_type>> slab_;
  std::vector<connection_type*> free_;
  connection_type* open_ = nullptr;
  loop::clock::time_point drain_due_{};
  bool retry_accept_ = false;  // somebody may wait in the kernel's queue
};

}  // namespace callgate::net
