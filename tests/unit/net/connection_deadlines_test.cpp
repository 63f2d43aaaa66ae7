// SPDX-License-Identifier: Apache-2.0
// Deadlines of connections that are held up: by a peer that does not read, by a server that is
// full.
#include <callgate/net/connection.hpp>

#include <tests/support/echo_server.hpp>
#include <tests/support/raw_client.hpp>
#include <tests/support/request_texts.hpp>

#include <gtest/gtest.h>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <thread>

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
using steady = std::chrono::steady_clock;

constexpr int small_buffer_bytes = 4096;

connection_options one_slot() {
  connection_options how;
  how.max_connections = 1;
  return how;
}

// --- a peer that does not read

// Longer than what the kernel takes of a client that reads nothing.
class NeverRead : public ::testing::TestWithParam<const char*> {};

TEST_P(NeverRead, EndsWithTheWriteTimeout) {
  connection_options how = one_slot();
  how.write_timeout = 500ms;
  how.linger_timeout = 20s;
  echo_server server(how);
  server.control.max_body_bytes = 4 << 20;
  server.start();
  raw_client deaf(server.port(), 10, small_buffer_bytes);
  const std::string body(4'000'000, 'x');
  const auto begin = steady::now();
  ASSERT_TRUE(deaf.send("POST /a HTTP/1.1\r\nHost: h\r\n" + std::string(GetParam()) +
                        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body));
  ASSERT_TRUE(eventually([&] { return deaf.has_input(); }));
  raw_client next(server.port());
  EXPECT_EQ(body_of(next.exchange(get("/next"))), "GET /next ");
  EXPECT_GE(steady::now() - begin, 500ms);
  EXPECT_LT(steady::now() - begin, 8s) << "body_timeout is 30 s";
}

INSTANTIATE_TEST_SUITE_P(ConnectionDeadlines, NeverRead,
                         ::testing::Values("", "Connection: close\r\n"));

// Asks for more than the kernel takes, all of which is answered, and reads nothing of it.
class blocked_client {
 public:
  static constexpr int requests = 12;

  // more: requests behind them, or half of one.
  explicit blocked_client(echo_server& server, const std::string& more = "")
      : client(server.port(), 10, small_buffer_bytes) {
    std::string all;
    for (int i = 0; i < requests; ++i) all += get(path());
    const std::size_t answer_bytes = client.exchange(get(path())).size();
    const int least = 1;  // the kernel's own minimum
    const int theirs = client.peer_descriptor();
    EXPECT_EQ(setsockopt(theirs, SOL_SOCKET, SO_SNDBUF, &least, sizeof least), 0);
    EXPECT_TRUE(client.send(all + more));
    EXPECT_TRUE(eventually([&] { return server.control.asked >= 1 + requests; }));
    std::this_thread::sleep_for(50ms);
    int unsent = 0;
    ioctl(theirs, SIOCOUTQ, &unsent);
    EXPECT_LT(client.waiting_bytes() + static_cast<std::size_t>(unsent), requests * answer_bytes)
        << "the kernel has taken all of it: nothing is blocked";
  }

  // How many whole and right answers come, one after another.
  int read() {
    int right = 0;
    while (right < requests && body_of(client.answer()) == "GET " + path() + " ") ++right;
    return right;
  }

  raw_client client;

 private:
  static std::string path() { return "/" + std::string(900, 'p'); }
};

TEST(ConnectionDeadlines, AreThoseOfAnIdleOneOnceItsAnswersAreTaken) {
  connection_options how;
  how.write_timeout = 1s;
  how.idle_timeout = 20s;
  echo_server server(how);
  server.start();
  blocked_client blocked(server);
  EXPECT_EQ(blocked.read(), blocked.requests);
  std::this_thread::sleep_for(1'500ms);
  EXPECT_EQ(body_of(blocked.client.exchange(get("/end"))), "GET /end ");
}

// There is no way to tell it that its request came too slowly.
TEST(ConnectionDeadlines, CloseWhoReadsNothingInTheMiddleOfAHead) {
  connection_options how;
  how.write_timeout = 500ms;
  echo_server server(how);
  server.start();
  blocked_client blocked(server, "GET /half HT");
  std::this_thread::sleep_for(800ms);
  EXPECT_LT(blocked.read(), blocked.requests) << "it was closed, what it did not take is dropped";
}

// --- a server that is full

TEST(ConnectionDeadlines, LetTheServiceRefuseWhoWaitedForItInVain) {
  connection_options how;
  how.max_connections = 2;
  how.head_timeout = 500ms;
  how.body_timeout = 1s;
  how.linger_timeout = 200ms;
  echo_server server(how);
  server.start();
  {
    raw_client many(server.port()), waiting(server.port());
    std::string all;
    for (int i = 0; i < 40; ++i) all += get("/full");
    ASSERT_TRUE(many.send(all));
    EXPECT_EQ(body_of(many.answer()), "GET /full ");
    const std::string answer = waiting.exchange(post("/a", "hello") + get("/b"));
    EXPECT_EQ(status_line(answer), "HTTP/1.1 503 Service Unavailable");
    EXPECT_EQ(body_of(answer), "too late");
    EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_TRUE(waiting.ended()) << "its body is no request, nor is what comes behind it";
    many.reset();
  }
  raw_client one(server.port()), other(server.port());  // in the same slots
  for (raw_client* half : {&one, &other}) ASSERT_TRUE(half->send("GET / HT"));
  for (raw_client* half : {&one, &other})
    EXPECT_EQ(status_line(half->answer()), "HTTP/1.1 408 Request Timeout") << "it did not wait";
}

// Its time in the queue begins when it has taken what it asked before.
TEST(ConnectionDeadlines, OfWhoWaitsForTheServiceAreNotThoseOfAHead) {
  connection_options how;
  how.body_timeout = 1s;
  echo_server server(how);
  server.start();
  blocked_client waiting(server, get("/full") + post("/a", "hello"));
  raw_client many(server.port());  // keep it full for four seconds, a tick each
  std::string all;
  for (int i = 0; i < 40; ++i) all += get("/full");
  ASSERT_TRUE(many.send(all));
  EXPECT_EQ(body_of(many.answer()), "GET /full ");
  EXPECT_EQ(waiting.read(), waiting.requests);
  EXPECT_EQ(body_of(waiting.client.answer()), "GET /full ");
  EXPECT_EQ(body_of(waiting.client.answer()), "too late") << "head_timeout is 10 s";
}

// --- slots that are used again

TEST(ConnectionDeadlines, OfAnIdleOneAreNotThoseOfABodyThatWasNeverSent) {
  connection_options how = one_slot();
  how.idle_timeout = 300ms;
  echo_server server(how);
  server.start();
  raw_client gone(server.port());
  ASSERT_TRUE(gone.send(post("/a", "hello").substr(0, 50)));
  ASSERT_TRUE(eventually([&] { return server.control.asked == 1; }));
  gone.reset();
  raw_client idle(server.port(), 4);
  EXPECT_TRUE(idle.ended()) << "body_grace is 5 s";
}

TEST(ConnectionDeadlines, AndEndsOfAWatchedPeerAreForgottenWithIt) {
  echo_server server(one_slot());
  server.start();
  raw_client ends(server.port());
  ASSERT_TRUE(ends.send(get("/watched")));
  ends.end_sending();
  ASSERT_TRUE(eventually([&] { return server.control.pending == 1 && server.ended() == 1; }));
  server.finish();
  EXPECT_EQ(body_of(ends.answer()), "finished ");
  ends.close();
  raw_client stays(server.port());
  ASSERT_TRUE(stays.send(get("/watched")));
  ASSERT_TRUE(eventually([&] { return server.control.pending == 1; }));
  EXPECT_EQ(server.ended(), 0);
  server.finish();
  EXPECT_EQ(body_of(stays.answer()), "finished ");
}

}  // namespace
}  // namespace callgate::net
