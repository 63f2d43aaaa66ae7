// SPDX-License-Identifier: Apache-2.0
// The bytes of one TCP connection, in and out, without waiting.
#pragma once

#include <callgate/net/socket_handle.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace callgate::net {

enum class transfer : std::uint8_t {
  done,     // that many bytes
  blocked,  // not now: the poller tells when
  ended,    // the peer sends no more
  failed,   // the connection is broken
};

struct transferred {
  transfer how;
  std::size_t bytes = 0;
  bool is_all = false;  // received: nothing more had come, unless there is an end or urgent data
};

// Owns the socket, which is non-blocking.
class stream {
 public:
  void open(socket_handle socket) noexcept { socket_ = std::move(socket); }
  void close() noexcept { socket_.close(); }
  [[nodiscard]] int descriptor() const noexcept { return socket_.descriptor(); }

  [[nodiscard]] transferred receive(std::span<char> room) noexcept {
    ssize_t got = 0;
    do got = ::recv(descriptor(), room.data(), room.size(), 0);
    while (got < 0 && errno == EINTR);
    if (got == 0) return {transfer::ended};
    transferred out = result_of(got);
    out.is_all = out.bytes < room.size();
    return out;
  }

  // One piece behind the other, as far as the kernel takes them.
  [[nodiscard]] transferred send(std::string_view head, std::string_view tail) noexcept {
    ssize_t sent = 0;
    do
      sent = tail.empty() ? ::send(descriptor(), head.data(), head.size(), MSG_NOSIGNAL)
                          : send_both(head, tail);
    while (sent < 0 && errno == EINTR);
    return result_of(sent);
  }

  // What send() has taken is the kernel's.
  [[nodiscard]] static constexpr bool has_unsent() noexcept { return false; }

  // Whether the peer has not confirmed all of what was sent.
  [[nodiscard]] bool is_on_its_way() const noexcept {
    int bytes = 0;
    return ::ioctl(descriptor(), SIOCOUTQ, &bytes) == 0 && bytes > 0;
  }

  // Tells the peer that nothing more comes.
  void end() noexcept { ::shutdown(descriptor(), SHUT_WR); }

 private:
  static transferred result_of(ssize_t bytes) noexcept {
    if (bytes >= 0) return {transfer::done, static_cast<std::size_t>(bytes)};
    return {errno == EAGAIN || errno == EWOULDBLOCK ? transfer::blocked : transfer::failed};
  }

  ssize_t send_both(std::string_view head, std::string_view tail) const noexcept {
    std::array<iovec, 2> pieces{iovec{const_cast<char*>(head.data()), head.size()},
                                iovec{const_cast<char*>(tail.data()), tail.size()}};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    return ::sendmsg(descriptor(), &message, MSG_NOSIGNAL);
  }

  socket_handle socket_;
};

}  // namespace callgate::net
