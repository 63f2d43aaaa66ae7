// SPDX-License-Identifier: Apache-2.0
// The floor: what one writes by hand when nothing else counts than speed. One thread, one
// edge-triggered epoll, one callback's path: floor [port [certificate key]], by TLS with those
// bytes -> frame by Content-Length -> HMAC-SHA256 -> simdjson On-Demand -> a fixed answer; the
// answers of a batch are one write. It stores nothing, has no deadlines, and is strict about
// nothing.
#include "floor_callback.hpp"
#include "hmac.hpp"
#include "openssl_heap.hpp"
#include "report.hpp"
#include "stream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace {

using namespace server_benchmark;
using namespace std::string_view_literals;

constexpr std::string_view request_line = "POST /callbacks/suno HTTP/1.1\r\n";
constexpr std::string_view taken =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}";
constexpr std::string_view not_json =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 30\r\n\r\n"
    "{\"ok\":true,\"error\":\"bad_json\"}";
constexpr std::string_view not_signed =
    "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n"
    "{\"ok\":false,\"error\":\"invalid_signature\"}";
constexpr std::string_view not_here = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

[[noreturn]] void fail_with_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// in[0..filled) is not answered yet, out[0..waiting) not sent.
struct connection {
  static constexpr std::size_t in_room = 128 << 10;
  stream from;
  std::size_t filled = 0, waiting = 0;
  std::array<char, 8 << 10> out;
  std::array<char, in_room + simdjson::SIMDJSON_PADDING> in;
};

struct request_view {
  std::string_view line, signature, body;
  std::size_t bytes = 0;  // 0: it is not all there yet
};

bool is_named(std::string_view line, std::string_view name) {
  return line.size() >= name.size() && strncasecmp(line.data(), name.data(), name.size()) == 0;
}

std::string_view value_after(std::string_view line, std::string_view name) {
  line.remove_prefix(name.size());
  while (line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

request_view frame(std::string_view from) {
  request_view out;
  const std::size_t end = from.find("\r\n\r\n"sv);
  if (end == std::string_view::npos) return {};
  std::string_view rest = from.substr(0, end + 2);
  const std::size_t first = rest.find('\n') + 1;
  out.line = rest.substr(0, first);
  rest.remove_prefix(first);
  std::size_t body_bytes = 0;
  while (!rest.empty()) {
    const std::size_t size = rest.find('\n') + 1;
    const std::string_view line = rest.substr(0, size - 2);
    rest.remove_prefix(size);
    if (is_named(line, "content-length:")) {
      const std::string_view text = value_after(line, "content-length:");
      std::from_chars(text.data(), text.data() + text.size(), body_bytes);
    } else if (is_named(line, "x-suno-signature:")) {
      out.signature = value_after(line, "x-suno-signature:");
    }
  }
  if (from.size() - (end + 4) < body_bytes) return {};
  out.body = from.substr(end + 4, body_bytes);
  out.bytes = end + 4 + body_bytes;
  return out;
}

class epoll_server {
 public:
  epoll_server(std::uint16_t port, std::string_view secret, const sigset_t& signals,
               std::optional<tls_context> tls)
      : mac_(secret), tls_(std::move(tls)) {
    epoll_ = epoll_create1(0);
    signals_ = signalfd(-1, &signals, SFD_NONBLOCK);
    if (epoll_ < 0 || signals_ < 0) fail_with_errno("epoll_create1 or signalfd");
    listen_on(port);
    watch(listener_, EPOLLIN, &listener_);
    watch(signals_, EPOLLIN, &signals_);
  }

  [[nodiscard]] std::uint16_t port() const {
    sockaddr_in at{};
    socklen_t size = sizeof at;
    if (getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
      fail_with_errno("getsockname");
    return ntohs(at.sin_port);
  }

  void run() {
    std::array<epoll_event, 256> events;
    while (!stopped_) {
      const int n = epoll_wait(epoll_, events.data(), int(events.size()), -1);
      if (n < 0 && errno != EINTR) fail_with_errno("epoll_wait");
      for (int i = 0; i < n; ++i) handle(events[static_cast<std::size_t>(i)]);
    }
  }

 private:
  void listen_on(std::uint16_t port) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int yes = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
        listen(listener_, 1024) != 0)
      fail_with_errno("listen");
  }

  void watch(int fd, std::uint32_t what, void* owner) {
    epoll_event event{};
    event.events = what;
    event.data.ptr = owner;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) fail_with_errno("epoll_ctl");
  }

  void handle(const epoll_event& event) {
    if (event.data.ptr == &listener_) return accept_all();
    if (event.data.ptr == &signals_) return take_signal();
    auto* c = static_cast<connection*>(event.data.ptr);
    if (!serve(*c)) {
      c->from.close();
      free_.push_back(c);
    }
  }

  void take_signal() {
    signalfd_siginfo what;
    if (read(signals_, &what, sizeof what) != sizeof what) return;
    report();
    stopped_ = what.ssi_signo != SIGUSR1;
  }

  void accept_all() {
    for (;;) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int yes = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      if (free_.empty()) free_.push_back(all_.emplace_back(new connection).get());
      connection* const c = free_.back();
      free_.pop_back();
      c->from = stream(fd);
      if (tls_) c->from.accept_tls(*tls_);
      c->filled = c->waiting = 0;
      // What OpenSSL reads ahead hides whether the socket has more, so that it must say so again.
      // It does not say when there is room: who does not read by TLS is let go.
      watch(fd, tls_ ? EPOLLIN | EPOLLRDHUP : EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, c);
    }
  }

  // False when the connection is over.
  bool serve(connection& c) {
    for (;;) {
      if (c.waiting != 0 && !flush(c)) return false;
      if (c.waiting != 0) return !tls_;  // until there is room
      const std::size_t room = connection::in_room - c.filled;
      const ssize_t n = c.from.receive(c.in.data() + c.filled, room);
      if (n == 0 || (n < 0 && errno != EAGAIN)) return false;
      if (n < 0) return true;
      c.filled += static_cast<std::size_t>(n);
      if (!answer_all(c)) return false;
      const bool all = static_cast<std::size_t>(n) < room && !c.from.holds_bytes();
      if (all && c.waiting == 0) return true;
    }
  }

  // Answers as many as there are, one write for as many as fit.
  bool answer_all(connection& c) {
    std::size_t at = 0;
    for (;;) {
      const request_view request = frame({c.in.data() + at, c.filled - at});
      if (request.bytes == 0) break;
      const std::string_view text = answer(request, c);
      if (c.waiting + text.size() > c.out.size()) {
        if (!flush(c) || c.waiting != 0) return false;  // somebody who does not read
      }
      std::memcpy(c.out.data() + c.waiting, text.data(), text.size());
      c.waiting += text.size();
      at += request.bytes;
    }
    std::memmove(c.in.data(), c.in.data() + at, c.filled - at);
    c.filled -= at;
    return c.filled < connection::in_room && flush(c);
  }

  std::string_view answer(const request_view& request, const connection& c) {
    if (request.line != request_line) return not_here;
    if (!mac_.matches(request.body, request.signature)) return not_signed;
    const char* const end = c.in.data() + c.in.size();
    const auto room = static_cast<std::size_t>(end - request.body.data());
    if (!reader_.read(request.body, room, callback_)) return not_json;
    asm volatile("" : : "r"(&callback_) : "memory");  // somebody would read it
    return taken;
  }

  // False when the connection is over.
  static bool flush(connection& c) {
    std::size_t sent = 0;
    while (sent < c.waiting) {
      const ssize_t n = c.from.send(c.out.data() + sent, c.waiting - sent);
      if (n < 0 && errno != EAGAIN) return false;
      if (n < 0) break;
      sent += static_cast<std::size_t>(n);
    }
    std::memmove(c.out.data(), c.out.data() + sent, c.waiting - sent);
    c.waiting -= sent;
    return true;
  }

  hmac_sha256 mac_;
  std::optional<tls_context> tls_;
  callback_reader reader_;
  callback callback_;
  std::vector<std::unique_ptr<connection>> all_;
  std::vector<connection*> free_;
  int epoll_ = -1, signals_ = -1, listener_ = -1;
  bool stopped_ = false;
};

}  // namespace

int main(int count, char** words) try {
  const bool by_tls = count > 3;
  if (by_tls) do_not_count_openssl();
  const sigset_t signals = hold_signals();
  const char* const secret = std::getenv("SUNO_WEBHOOK_SECRET");
  if (secret == nullptr) throw std::runtime_error("SUNO_WEBHOOK_SECRET is not set");
  const int port = count > 1 ? std::atoi(words[1]) : 0;
  std::optional<tls_context> tls;
  if (by_tls) tls.emplace(words[2], words[3]);
  epoll_server server(static_cast<std::uint16_t>(port), secret, signals, std::move(tls));
  say_port(server.port());
  server.run();
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "floor: %s\n", error.what());
  return 2;
}
