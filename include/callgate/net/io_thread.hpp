// SPDX-License-Identifier: Apache-2.0
// One I/O thread: its event loop, its acceptor and its slab of connections.
#pragma once

#include <callgate/net/connection.hpp>
#include <callgate/net/handler_memory.hpp>
#include <callgate/net/listener.hpp>
#include <callgate/net/loop.hpp>
#include <callgate/net/service.hpp>

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace callgate::net {

// Nothing here is shared with other I/O threads. Threads: run() is the thread; drain() may come
// from any.
template <service Service>
class io_thread {
 public:
  // make(loop&) gives the thread's service.
  template <class Make>
  io_thread(const connection_options& options, Make&& make)
      : loop_(options),
        service_(make(loop_)),
        acceptor_(loop_.context()),
        timer_(loop_.context()) {}

  [[nodiscard]] net::loop& home() noexcept { return loop_; }
  [[nodiscard]] Service& served() noexcept { return service_; }

  // Takes over a listening socket.
  void listen(acceptor ready) { acceptor_ = std::move(ready); }

  // Serves until drain() has closed the last connection.
  void run() {
    accept();
    tick();
    loop_.context().run();
  }

  // Stops accepting, closes idle connections, lets the others answer. After drain_timeout they are
  // closed, too.
  void drain() {
    asio::post(loop_.context(), [this] {
      loop_.drain();
      drain_deadline_ = loop::clock::now() + loop_.options().drain_timeout;
      std::error_code ignored;
      acceptor_.close(ignored);
      for_each_open([](auto& c) { c.drain(); });
    });
  }

 private:
  using connection_type = connection<Service>;

  static constexpr std::chrono::milliseconds tick_interval{100};

  void accept() {
    if (accepting_ || !acceptor_.is_open()) return;
    spare_ = spare_ != nullptr ? spare_ : take();
    if (spare_ == nullptr) return;  // the slab is full: retire() accepts again
    accepting_ = true;
    acceptor_.async_accept(
        spare_->socket(), bound_handler<io_thread, &io_thread::on_accepted>(*this, accept_memory_));
  }

  void on_accepted(std::error_code error) {
    accepting_ = false;
    if (!error) {
      connection_type& c = *std::exchange(spare_, nullptr);
      link(c);
      c.start();
      if (loop_.draining()) c.drain();  // accepted just before the acceptor was closed
      return accept();
    }
    // Out of descriptors, or the peer is gone already: the next tick tries again instead of
    // spinning.
    retry_accept_ = acceptor_.is_open();
  }

  void tick() {
    timer_.expires_after(tick_interval);
    timer_.async_wait(bound_handler<io_thread, &io_thread::on_tick>(*this, timer_memory_));
  }

  void on_tick(std::error_code error) {
    if (error) return;
    loop_.refresh_date();
    const auto now = loop::clock::now();
    for_each_open([now](auto& c) { c.check_deadline(now); });
    if (std::exchange(retry_accept_, false)) accept();
    if (loop_.draining() && now >= drain_deadline_) for_each_open([](auto& c) { c.close(); });
    if (loop_.draining() && open_ == nullptr) return;  // no timer, no work left: run() returns
    tick();
  }

  // A function that is called may close and unlink the connection.
  template <class F>
  void for_each_open(F f) {
    for (connection_type* c = open_; c != nullptr;) {
      connection_type* following = c->next;
      f(*c);
      c = following;
    }
  }

  connection_type* take() {
    if (!free_.empty()) {
      connection_type* c = free_.back();
      free_.pop_back();
      return c;
    }
    if (slab_.size() == loop_.options().max_connections) return nullptr;
    slab_.push_back(std::make_unique<connection_type>(loop_, service_, &io_thread::retire, this));
    free_.reserve(slab_.size());  // so that retiring never allocates
    return slab_.back().get();
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
    self.accept();
  }

  net::loop loop_;
  Service service_;
  acceptor acceptor_;
  asio::basic_waitable_timer<loop::clock, asio::wait_traits<loop::clock>,
                             asio::io_context::executor_type>
      timer_;
  handler_memory accept_memory_;
  handler_memory timer_memory_;
  std::vector<std::unique_ptr<connection_type>> slab_;
  std::vector<connection_type*> free_;
  connection_type* open_ = nullptr;
  connection_type* spare_ = nullptr;  // for the connection to be accepted next
  loop::clock::time_point drain_deadline_{};
  bool accepting_ = false;
  bool retry_accept_ = false;
};

}  // namespace callgate::net
