// SPDX-License-Identifier: Apache-2.0
// Clients that send a byte a second: slow PORT COUNT. Says "all are there", and goes on until it is
// ended. Whoever the server ends comes again.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

constexpr std::string_view request =
    "POST /callbacks/suno HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    "X-Suno-Signature: sha256=0000000000000000000000000000000000000000000000000000000000000000\r\n"
    "Content-Length: 1000\r\n\r\n";

struct client {
  int fd = -1;
  std::size_t sent = 0;
};

// An address of the loopback for each few of them: a server may bound how many come from one.
sockaddr_in address_of(std::size_t number) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_addr.s_addr =
      htonl(0x7f000101u + static_cast<std::uint32_t>(number / 250 % 250 * 256 + number % 250));
  return out;
}

void open(client& c, std::uint16_t port, std::size_t number) {
  if (c.fd >= 0) close(c.fd);
  c = {socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), 0};
  const sockaddr_in from = address_of(number);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (c.fd < 0 || bind(c.fd, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0 ||
      connect(c.fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    throw std::system_error(errno, std::generic_category(), "a connection");
}

// False when the server has answered or ended it.
bool send_one_byte(client& c) {
  char heard = 0;
  const ssize_t n = recv(c.fd, &heard, 1, MSG_DONTWAIT);
  if (n >= 0 || errno != EAGAIN) return false;
  const char next = c.sent < request.size() ? request[c.sent] : ' ';
  return send(c.fd, &next, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 && ++c.sent != 0;
}

}  // namespace

int main(int count, char** words) try {
  if (count != 3) return std::fprintf(stderr, "slow PORT COUNT\n"), 2;
  const auto port = static_cast<std::uint16_t>(std::atoi(words[1]));
  std::vector<client> clients(static_cast<std::size_t>(std::atoi(words[2])));
  for (std::size_t i = 0; i < clients.size(); ++i) open(clients[i], port, i);
  std::puts("all are there");
  std::fflush(stdout);
  const auto pause = std::chrono::nanoseconds(1s) / static_cast<long>(clients.size());
  for (auto next = std::chrono::steady_clock::now();;)
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (!send_one_byte(clients[i])) open(clients[i], port, i);
      std::this_thread::sleep_until(next += pause);
    }
} catch (const std::exception& error) {
  std::fprintf(stderr, "slow: %s\n", error.what());
  return 1;
}
