// SPDX-License-Identifier: Apache-2.0
// A service without meaning on a real I/O thread: what the path says is what it does.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/net/io_thread.hpp>

#include <asio/post.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace callgate::testing {

// What the tests tell the service, and see of it. Threads: any.
struct echo_control {
  std::atomic<int> pending{0};    // requests that wait for finish()
  std::atomic<int> abandoned{0};  // of those finished: nobody waited any more
  std::atomic<int> expired{0};
  std::atomic<int> asked{0};  // how often a head was to be admitted
  std::atomic<int> turns{0};  // that answered /soon
  std::chrono::milliseconds answer_within{10'000};
  std::size_t max_body_bytes = 1 << 20;
};

// /full: requests behind it wait for a tick. /overflow: an answer with a field that is too long.
// /refused: answered before the body is read. /later: pending until finish(), /watched too, with an
// eye on the peer. /soon: later in the same turn. /long: an answer of its own text. Anything else
// is answered with its method, path and body.
class echo_service : private net::poller::watcher {
 public:
  struct state {};
  using exchange = net::exchange<state>;

  explicit echo_service(echo_control& control) : control_(control) {
    on_turn_end = [](watcher& self) { ++static_cast<echo_service&>(self).control_.turns; };
    on_events = [](watcher& self, std::uint32_t) {
      auto& service = static_cast<echo_service&>(self);
      for (exchange* e : std::exchange(service.soon_, {}))
        e->answer(200).body("soon" + std::string(e->body())), e->resume();
    };
  }

  net::admission admit(exchange& e) {
    ++control_.asked;
    if (e.home().paused()) return {.waits = true};
    e.answer_within(control_.answer_within);
    if (e.request().target.path != "/refused") return {.max_body_bytes = control_.max_body_bytes};
    if (e.request().framing != http::body_framing::none) e.close_after();
    e.answer(404).body("refused");
    return {.answered = true};
  }
  net::reply too_large(exchange& e) { return e.answer(413).body("too large"), net::reply::ready; }
  void too_late(exchange& e) { e.answer(503).body("too late"); }
  net::reply handle(exchange& e) {
    const bool is_watched = e.request().target.path == "/watched";
    if (is_watched) e.watch_peer();
    if (is_watched || e.request().target.path == "/later") {
      waiting_.push_back(&e);
      ++control_.pending;
      return net::reply::later;
    }
    if (e.request().target.path == "/soon") {
      soon_.push_back(&e);
      e.home().poller().call_last(*this);
      e.home().poller().finish_later(*this);
      return net::reply::later;
    }
    if (e.request().target.path == "/full") e.home().pause();
    if (e.request().target.path == "/overflow") {
      e.answer(200).field("X", std::string(limits::max_answer_bytes, 'x'));
      return net::reply::ready;
    }
    const std::string text = std::string(e.request().method) + " " +
                             std::string(e.request().target.path) + " " + std::string(e.body());
    if (text.size() < 1000) return e.answer(200).body(text), net::reply::ready;
    if (e.answer(200).body_follows(text.size())) e.answer_long(text);
    return net::reply::ready;
  }
  void expire(exchange& e) {
    ++control_.expired;
    e.answer(503).body("expired");
  }

  // Of those that wait, how many whose peer has ended. Threads: the I/O thread.
  [[nodiscard]] int ended() const {
    int count = 0;
    for (const exchange* e : waiting_) count += e->peer_ended() ? 1 : 0;
    return count;
  }

  // Answers all that wait. Threads: the I/O thread.
  void finish() {
    for (exchange* e : std::exchange(waiting_, {})) {
      --control_.pending;
      const std::string body(e->body());  // pinned, whatever became of the connection
      if (e->abandoned())
        ++control_.abandoned;
      else
        e->answer(200).body("finished " + body);
      e->resume();
    }
  }

 private:
  echo_control& control_;
  std::vector<exchange*> waiting_;
  std::vector<exchange*> soon_;
};
static_assert(net::service<echo_service>);

// Threads: the owner's; start(), finish() and drain() reach the I/O thread by themselves.
class echo_server {
 public:
  echo_control control{};

  // secure: nullptr without TLS; outlives this.
  explicit echo_server(const net::connection_options& options = {},
                       const tls::context* secure = nullptr)
      : counts_(options.max_connections, options.max_connections_per_address),
        io_(std::make_unique<net::io_thread<echo_service>>(
            options, counts_, secure, [this](net::loop&) { return echo_service(control); })) {
    net::acceptor ready =
        net::listen_on(io_->home().context(), net::parse_endpoint("127.0.0.1", 0));
    port_ = ready.local_endpoint().port();
    io_->listen(std::move(ready));
  }
  ~echo_server() { stop(); }

  void start() {
    thread_ = std::thread([this] {
      io_->run();
      done_ = true;
    });
  }
  void drain() { io_->drain(); }
  void stop() {
    if (!thread_.joinable()) return;
    drain();
    finish();
    thread_.join();
  }
  void finish() {
    asio::post(io_->home().context(), [this] { io_->served().finish(); });
  }

  // Keeps the I/O thread from doing anything else.
  void block(std::chrono::milliseconds time) {
    asio::post(io_->home().context(), [time] { std::this_thread::sleep_for(time); });
  }

  int ended() {
    std::promise<int> told;
    asio::post(io_->home().context(), [&] { told.set_value(io_->served().ended()); });
    return told.get_future().get();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] bool done() const { return done_; }

 private:
  net::connection_counts counts_;
  std::unique_ptr<net::io_thread<echo_service>> io_;
  std::thread thread_;
  std::atomic<bool> done_{false};
  std::uint16_t port_ = 0;
};

// Waits until condition() holds; false after ten seconds.
template <class Condition>
bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

}  // namespace callgate::testing
