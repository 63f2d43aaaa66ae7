// SPDX-License-Identifier: Apache-2.0
// A client that knows nothing of HTTP but where an answer ends: bytes out, bytes in, with a time
// limit.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace callgate::testing {

// Errors: runtime_error when there is no connection. Everything else shows in what was read.
class raw_client {
 public:
  // receive_buffer_bytes: of the kernel; 0: as many as it likes.
  explicit raw_client(std::uint16_t port, int timeout_s = 10, int receive_buffer_bytes = 0)
      : raw_client(unconnected(timeout_s)) {
    if (receive_buffer_bytes != 0)
      setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                 sizeof receive_buffer_bytes);
    connect(port);
  }

  // Has its descriptor, but no connection before connect().
  static raw_client unconnected(int timeout_s = 10) { return raw_client(timeval{timeout_s, 0}); }

  void connect(std::uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0)
      throw std::runtime_error("no connection to port " + std::to_string(port));
  }
  raw_client(raw_client&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), rest_(std::move(other.rest_)) {}
  raw_client& operator=(raw_client&&) = delete;
  ~raw_client() { close(); }

  // False when the peer would not take all of it.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  // One answer, head and body. Cut short when the connection ends or nothing comes for too long.
  std::string answer() {
    std::size_t head = 0;
    while ((head = rest_.find("\r\n\r\n")) == std::string::npos)
      if (!receive()) return std::exchange(rest_, {});
    const std::size_t size = head + 4 + content_length(std::string_view(rest_).substr(0, head));
    while (rest_.size() < size)
      if (!receive()) return std::exchange(rest_, {});
    std::string out = rest_.substr(0, size);
    rest_.erase(0, size);
    return out;
  }
  std::string exchange(std::string_view bytes) { return send(bytes), answer(); }

  // True when the peer has closed in good order: no reset, no time-out, no byte more.
  bool ended() {
    if (!rest_.empty()) return false;
    char byte;
    return ::recv(socket_, &byte, 1, 0) == 0;
  }

  // Whether anything is there to be read.
  bool has_input() {
    char byte;
    return !rest_.empty() || ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  }
  // Drops what has come, without waiting.
  void discard() {
    char buffer[16 * 1024];
    while (::recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT) > 0) {
    }
  }
  // A byte out of band.
  bool send_urgent(char byte) { return ::send(socket_, &byte, 1, MSG_OOB | MSG_NOSIGNAL) == 1; }

  [[nodiscard]] std::uint16_t local_port() const {
    sockaddr_in at{};
    socklen_t size = sizeof at;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size);
    return ntohs(at.sin_port);
  }

  // The other end's, in this process; -1: not accepted yet.
  [[nodiscard]] int peer_descriptor() const {
    for (int descriptor = 3; descriptor < 1'024; ++descriptor) {
      sockaddr_in to{};
      socklen_t size = sizeof to;
      if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&to), &size) == 0 &&
          to.sin_family == AF_INET && ntohs(to.sin_port) == local_port())
        return descriptor;
    }
    return -1;
  }

  // Bytes that have come and are not read yet.
  [[nodiscard]] std::size_t waiting_bytes() const {
    int bytes = 0;
    ioctl(socket_, FIONREAD, &bytes);
    return rest_.size() + static_cast<std::size_t>(bytes);
  }

  void end_sending() { ::shutdown(socket_, SHUT_WR); }
  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  // Closes with a reset instead of an orderly end.
  void reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }

 private:
  explicit raw_client(const timeval& limit) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }

  bool receive() {
    char buffer[16 * 1024];
    const ssize_t n = ::recv(socket_, buffer, sizeof buffer, 0);
    if (n > 0) rest_.append(buffer, static_cast<std::size_t>(n));
    return n > 0;
  }
  static std::size_t content_length(std::string_view head) {
    constexpr std::string_view name = "\r\nContent-Length: ";
    const std::size_t at = head.find(name);
    std::size_t value = 0;
    if (at != std::string_view::npos)
      std::from_chars(head.data() + at + name.size(), head.data() + head.size(), value);
    return value;
  }

  int socket_;
  std::string rest_{};
};

inline std::string status_line(const std::string& answer) {
  return answer.substr(0, answer.find("\r\n"));
}
inline std::string body_of(const std::string& answer) {
  const std::size_t head = answer.find("\r\n\r\n");
  return head == std::string::npos ? std::string() : answer.substr(head + 4);
}

}  // namespace callgate::testing
