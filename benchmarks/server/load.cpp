// SPDX-License-Identifier: Apache-2.0
// Asks a server on this machine as fast as it answers, and tells how long answers took.
// files of requests -> connections that send batches -> answers, each status checked -> one line of
// JSON
//
// All memory is taken before the first request; nothing is allocated while it measures.
#include "arguments.hpp"
#include "histogram.hpp"
#include "requests.hpp"
#include "response.hpp"
#include "stream.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

using namespace server_benchmark;

constexpr std::size_t answer_room = 64 << 10;
constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t patience = 5 * second;  // for answers when nothing is sent any more

[[noreturn]] void fail_with_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::uint64_t now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) { return double(t.tv_sec) + double(t.tv_usec) / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// out[sent..size) waits to be sent, in[0..filled) is the beginning of an answer.
struct connection {
  stream to;
  bool watches_room = false;  // for out
  std::unique_ptr<char[]> out, in;
  std::size_t size = 0, sent = 0, filled = 0;
  std::size_t awaited = 0;  // answers
  std::uint64_t began = 0;  // of its batch
};

class load {
 public:
  load(const arguments& how, request_set& requests) : how_(how), requests_(requests) {
    epoll_ = epoll_create1(0);
    if (epoll_ < 0) fail_with_errno("epoll_create1");
    connections_.resize(how.connections);
    if (how.tls) tls_.emplace();
    for (connection& each : connections_) {
      each.out = std::make_unique<char[]>(how.depth * requests.longest());
      each.in = std::make_unique<char[]>(answer_room);
    }
  }
  load(const load&) = delete;
  load& operator=(const load&) = delete;
  ~load() { close(epoll_); }

  void run() {
    for (connection& each : connections_)
      if (!how_.new_connections) open(each);
    const double used_before = cpu_seconds();
    began_ = last_ = now();
    until_ = began_ + static_cast<std::uint64_t>(how_.seconds * double(second));
    for (connection& each : connections_) begin_batch(each);
    while (awaited_ != 0) turn();
    cpu_ = cpu_seconds() - used_before;
  }

  void print() const {
    const double took = double(last_ - began_) / double(second);
    std::printf(
        "{\"requests\": %zu, \"seconds\": %.6f, \"per_second\": %.1f, \"p50_us\": %.2f, "
        "\"p99_us\": %.2f, \"max_us\": %.2f, \"cpu_seconds\": %.6f, \"connections\": %zu, "
        "\"opened\": %zu, \"depth\": %zu}\n",
        answered_, took, double(answered_) / took, times_.quantile(0.5) / 1e3,
        times_.quantile(0.99) / 1e3, double(times_.most()) / 1e3, cpu_, how_.connections, opened_,
        how_.depth);
  }

 private:
  // --- connections

  void open(connection& c) {
    c.to = stream(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (tls_ ? 0 : SOCK_NONBLOCK), 0));
    if (c.to.fd() < 0) fail_with_errno("socket");
    const int yes = 1;
    setsockopt(c.to.fd(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(how_.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(c.to.fd(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
        errno != EINPROGRESS)
      fail_with_errno("connect");
    if (tls_) shake_hands(c);
    c.watches_room = true;  // there is room once it is connected
    watch(c, EPOLL_CTL_ADD);
    ++opened_;
  }

  // Before anything is measured, and so one connection after the other.
  void shake_hands(connection& c) {
    c.to.connect_tls(*tls_);
    if (fcntl(c.to.fd(), F_SETFL, O_NONBLOCK) != 0) fail_with_errno("fcntl");
  }

  // Reset, not closed in order: the port would be kept for a minute, and there are 28 thousand.
  void reset(connection& c) {
    const linger at_once{1, 0};
    setsockopt(c.to.fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    c.to.close();
  }

  void watch(connection& c, int operation) {
    epoll_event event{};
    event.events = EPOLLIN | (c.watches_room ? EPOLLOUT : 0u);
    event.data.ptr = &c;
    if (epoll_ctl(epoll_, operation, c.to.fd(), &event) != 0) fail_with_errno("epoll_ctl");
  }

  // --- requests

  [[nodiscard]] bool is_over() const {
    return asked_ >= how_.max_requests || (last_ >= until_ && asked_ >= requests_.size());
  }

  void begin_batch(connection& c) {
    if (is_over()) return;
    c.began = now();
    c.size = c.sent = 0;
    for (; c.awaited < how_.depth && asked_ < how_.max_requests; ++c.awaited, ++asked_, ++awaited_)
      c.size += requests_.write_next(c.out.get() + c.size);
    if (how_.new_connections) {
      open(c);
    } else if (!c.watches_room) {
      send_more(c);
    }
  }

  void send_more(connection& c) {
    while (c.sent < c.size) {
      const ssize_t n = c.to.send(c.out.get() + c.sent, c.size - c.sent);
      if (n < 0 && errno != EAGAIN) fail_with_errno("send");
      if (n < 0) break;
      c.sent += static_cast<std::size_t>(n);
    }
    const bool waits = c.sent < c.size;
    if (waits == c.watches_room) return;
    c.watches_room = waits;
    watch(c, EPOLL_CTL_MOD);
  }

  // --- answers

  void turn() {
    std::array<epoll_event, 256> events;
    const int n = epoll_wait(epoll_, events.data(), int(events.size()), 100);
    if (n < 0 && errno != EINTR) fail_with_errno("epoll_wait");
    for (int i = 0; i < n; ++i) {
      auto& c = *static_cast<connection*>(events[static_cast<std::size_t>(i)].data.ptr);
      const std::uint32_t what = events[static_cast<std::size_t>(i)].events;
      if (what & EPOLLOUT) send_more(c);
      if (what & ~std::uint32_t{EPOLLOUT}) receive(c);
    }
    if (n == 0 && now() > std::max(until_, last_ + patience))
      throw std::runtime_error(std::to_string(awaited_) + " requests are not answered");
  }

  void receive(connection& c) {
    do receive_once(c);
    while (c.to.holds_bytes() && c.awaited != 0);
  }

  void receive_once(connection& c) {
    const ssize_t n = c.to.receive(c.in.get() + c.filled, answer_room - c.filled);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) fail_with_errno("recv");
    if (n == 0) throw std::runtime_error("the server closed a connection");
    c.filled += static_cast<std::size_t>(n);
    last_ = now();
    take_answers(c);
    if (c.awaited != 0) return;
    if (c.filled != 0) throw std::runtime_error("the server answered more than it was asked");
    if (how_.new_connections) reset(c);
    begin_batch(c);
  }

  void take_answers(connection& c) {
    std::string_view rest{c.in.get(), c.filled};
    while (c.awaited != 0) {
      const response found = responses_.read(rest);
      if (found.bytes == 0) break;
      if (found.status != how_.expect)
        throw std::runtime_error("expected " + std::to_string(how_.expect) +
                                 ", got: " + std::string(rest.substr(0, found.bytes)));
      rest.remove_prefix(found.bytes);
      times_.add(last_ - c.began);
      --c.awaited, --awaited_, ++answered_;
    }
    if (rest.size() == answer_room) throw std::runtime_error("an answer is too long");
    std::memmove(c.in.get(), rest.data(), rest.size());
    c.filled = rest.size();
  }

  const arguments& how_;
  request_set& requests_;
  std::optional<tls_context> tls_;
  response_reader responses_;
  std::vector<connection> connections_;
  histogram times_;
  int epoll_ = -1;
  std::size_t asked_ = 0, awaited_ = 0, answered_ = 0, opened_ = 0;
  std::uint64_t began_ = 0, last_ = 0, until_ = 0;
  double cpu_ = 0;
};

}  // namespace

int main(int argc, char** argv) try {
  const arguments how = arguments::of(argc, argv);
  request_set requests(how.requests);
  load all(how, requests);
  all.run();
  all.print();
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "load: %s\n", error.what());
  return 1;
}
