// SPDX-License-Identifier: Apache-2.0
// Connections through TLS: the same answers as without, on a real socket.
#include <callgate/net/connection.hpp>

#include <tests/support/echo_server.hpp>
#include <tests/support/raw_client.hpp>
#include <tests/support/request_texts.hpp>
#include <tests/support/tls_files.hpp>

#include <openssl/ssl.h>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace callgate::net {
namespace {

using namespace std::chrono_literals;
using testing::body_of;
using testing::echo_server;
using testing::eventually;
using testing::get;
using testing::post;
using testing::raw_client;
using testing::status_line;

// A client that waits, by OpenSSL itself.
class secure_client {
 public:
  // receive_buffer_bytes: of the kernel; 0: as many as it likes.
  explicit secure_client(std::uint16_t port, int receive_buffer_bytes = 0)
      : context_(SSL_CTX_new(TLS_client_method())), ssl_(SSL_new(context_.get())) {
    socket_ = socket_handle(::socket(AF_INET, SOCK_STREAM, 0));
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    setsockopt(socket_.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (receive_buffer_bytes != 0)
      setsockopt(socket_.descriptor(), SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                 sizeof receive_buffer_bytes);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_.descriptor(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    SSL_set_fd(ssl_.get(), socket_.descriptor());
  }
  bool shake_hands() { return SSL_connect(ssl_.get()) == 1; }
  void send(std::string_view text) {
    EXPECT_EQ(SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())),
              static_cast<int>(text.size()));
  }
  // Answers, until there are that many bytes behind their last head, or the end.
  std::string read(std::size_t most_bytes) {
    std::string out;
    std::array<char, 16'384> block;
    while (out.size() < most_bytes) {
      const int n = SSL_read(ssl_.get(), block.data(), int{block.size()});
      if (n <= 0) break;
      out.append(block.data(), static_cast<std::size_t>(n));
    }
    return out;
  }
  std::string exchange(std::string_view request) {
    send(request);
    return read(1);
  }
  bool send_raw(std::string_view bytes) const {
    return ::send(socket_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0;
  }
  // Of the socket, without TLS's notice.
  void end_sending() const { ::shutdown(socket_.descriptor(), SHUT_WR); }
  bool is_told_the_end() {
    return read(1).empty() && (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }

 private:
  tls::openssl_handle<SSL_CTX, &SSL_CTX_free> context_;
  socket_handle socket_;
  tls::openssl_handle<SSL, &SSL_free> ssl_;
};

struct secure_server {
  testing::tls_files files;
  tls::context context{files.make().names()};
  echo_server server;

  explicit secure_server(const connection_options& how = {}) : server(how, &context) {
    server.start();
  }
};

TEST(SecureConnection, ServesOneRequestAfterAnother) {
  secure_server s;
  secure_client client(s.server.port());
  ASSERT_TRUE(client.shake_hands());
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(body_of(client.exchange(post("/a", std::to_string(i)))),
              "POST /a " + std::to_string(i));
}

TEST(SecureConnection, ServesLargeBodiesAndLongAnswers) {
  secure_server s;
  secure_client client(s.server.port());
  ASSERT_TRUE(client.shake_hands());
  const std::string large(900'000, 'x');
  for (int i = 0; i < 3; ++i) {
    client.send(post("/a", large));
    const std::string answer = client.read(large.size() + 8);
    EXPECT_EQ(body_of(answer).substr(0, 8), "POST /a ");
    EXPECT_GE(answer.size(), large.size());
  }
}

TEST(SecureConnection, ServesPipelinedRequests) {
  secure_server s;
  secure_client client(s.server.port());
  ASSERT_TRUE(client.shake_hands());
  std::string many;
  for (int i = 0; i < 200; ++i) many += get("/" + std::to_string(1000 + i));
  client.send(many);
  std::string answers;
  while (answers.find("GET /1199 ") == std::string::npos) {
    const std::string more = client.read(1);
    ASSERT_FALSE(more.empty());
    answers += more;
  }
  for (int i = 0; i < 200; ++i)
    EXPECT_NE(answers.find("GET /" + std::to_string(1000 + i) + " "), std::string::npos);
}

TEST(SecureConnection, AnswersLater) {
  secure_server s;
  secure_client client(s.server.port());
  ASSERT_TRUE(client.shake_hands());
  client.send(post("/later", "x"));
  ASSERT_TRUE(eventually([&] { return s.server.control.pending == 1; }));
  s.server.finish();
  EXPECT_EQ(body_of(client.read(1)), "finished x");
}

TEST(SecureConnection, EndsWithANotice) {
  secure_server s;
  secure_client client(s.server.port());
  ASSERT_TRUE(client.shake_hands());
  (void)client.exchange("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.is_told_the_end());
}

TEST(SecureConnection, TellsAClientWithoutTlsSo) {
  secure_server s;
  raw_client client(s.server.port());
  const std::string answer = client.exchange(get("/"));
  EXPECT_EQ(status_line(answer), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(body_of(answer), R"({"error":"tls_required"})");
  EXPECT_TRUE(client.ended());
}

TEST(SecureConnection, BoundsTheHandshake) {
  connection_options hurried;
  hurried.head_timeout = 1s;
  secure_server s(hurried);
  raw_client silent(s.server.port());
  raw_client stops(s.server.port());
  ASSERT_TRUE(stops.send("\x16\x03\x01"));
  EXPECT_TRUE(silent.ended());
  EXPECT_TRUE(stops.ended());
  secure_client idle(s.server.port());
  ASSERT_TRUE(idle.shake_hands());
  std::this_thread::sleep_for(1'500ms);
  EXPECT_EQ(body_of(idle.exchange(get("/"))), "GET / ") << "the handshake was done in time";
}

// Bytes of a record are no request: they must not keep a connection for hours.
TEST(SecureConnection, EndsAnIdleOneThatDripsBytesOfARecord) {
  connection_options hurried;
  hurried.idle_timeout = 500ms;
  secure_server s(hurried);
  secure_client client(s.server.port());
  ASSERT_TRUE(client.shake_hands());
  const std::string head_of_record = "\x17\x03\x03\x40\x01";
  ASSERT_TRUE(client.send_raw(head_of_record));
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < 8s && client.send_raw("x"))
    std::this_thread::sleep_for(100ms);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(SecureConnection, AnswersARequestWithTheSocketsEndRightBehindIt) {
  secure_server s;
  for (int i = 0; i < 5; ++i) {
    secure_client client(s.server.port());
    ASSERT_TRUE(client.shake_hands());
    client.send(get("/1"));
    client.end_sending();
    EXPECT_EQ(body_of(client.read(1)), "GET /1 ");
  }
}

TEST(SecureConnection, GoesOnWhenTheCertificateIsReadAgain) {
  secure_server s;
  secure_client before(s.server.port());
  ASSERT_TRUE(before.shake_hands());
  s.files.make();
  ASSERT_TRUE(s.context.reload());
  EXPECT_EQ(body_of(before.exchange(get("/1"))), "GET /1 ");
  secure_client after(s.server.port());
  ASSERT_TRUE(after.shake_hands());
  EXPECT_EQ(body_of(after.exchange(get("/2"))), "GET /2 ");
}

TEST(SecureConnection, ClosesIdleOnesWhenTheServerStops) {
  secure_server s;
  secure_client client(s.server.port());
  ASSERT_TRUE(client.shake_hands());
  EXPECT_EQ(body_of(client.exchange(get("/1"))), "GET /1 ");
  s.server.stop();
  EXPECT_EQ(client.read(1), "");
}

// An answer that comes late to a client that takes nothing must not stay where those of others are
// written: their memory would run out.
TEST(SecureConnection, ThatTakesNothingLeavesRoomForOthersAnswers) {
  secure_server s;
  s.server.control.answer_within = 60s;
  const std::string full = post("/full-sized", std::string(900, 'x'));
  std::string round;
  for (int i = 0; i < 12; ++i) round += full;
  round += get("/later");
  secure_client takes_nothing(s.server.port(), 4'096);
  ASSERT_TRUE(takes_nothing.shake_hands());
  const auto is_later = [&] { return s.server.control.pending != 0; };
  int rounds = 0;  // until the answers before the late one are blocked
  for (bool is_blocked = false; !is_blocked && rounds < 2'000; ++rounds) {
    takes_nothing.send(round);
    const auto patience = std::chrono::steady_clock::now() + 500ms;
    while (!is_later() && std::chrono::steady_clock::now() < patience)
      std::this_thread::sleep_for(1ms);
    is_blocked = !is_later();
    std::this_thread::sleep_for(2ms);
    s.server.finish();
    EXPECT_TRUE(eventually([&] { return !is_later(); }));
  }
  EXPECT_LT(rounds, 2'000) << "it was never blocked";
  secure_client other(s.server.port());
  ASSERT_TRUE(other.shake_hands());
  for (int i = 0; i < 400; ++i) ASSERT_EQ(body_of(other.exchange(full)).size(), 900 + 17) << i;
}

}  // namespace
}  // namespace callgate::net
