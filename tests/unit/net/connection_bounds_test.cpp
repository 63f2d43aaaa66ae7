// SPDX-License-Identifier: Apache-2.0
// What clients may not do to a connection or to the others: be slow, be many, be odd.
#include <callgate/net/connection.hpp>

#include <tests/support/echo_server.hpp>
#include <tests/support/raw_client.hpp>
#include <tests/support/request_texts.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <netinet/tcp.h>
#include <sys/resource.h>

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

std::string head_of_post(std::size_t bytes) {
  return "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n";
}

// --- slow ones

TEST(ConnectionBounds, EndABodyThatComesTooSlowly) {
  connection_options how;
  how.body_grace = 300ms;
  how.min_bytes_per_second = 1'000;
  echo_server server(how);
  server.start();
  raw_client slow(server.port());
  const auto begin = steady::now();
  ASSERT_TRUE(slow.send(head_of_post(10'000)));
  while (steady::now() - begin < 5s && slow.send("x") && !slow.has_input())
    std::this_thread::sleep_for(20ms);
  EXPECT_EQ(status_line(slow.answer()), "HTTP/1.1 408 Request Timeout");
  EXPECT_GE(steady::now() - begin, 300ms);
  EXPECT_LT(steady::now() - begin, 2s) << "body_timeout is 30 s";
}

TEST(ConnectionBounds, TakeABodyThatKeepsItsPace) {
  connection_options how;
  how.body_grace = 1s;
  how.min_bytes_per_second = 1'000;
  echo_server server(how);
  server.start();
  raw_client client(server.port());
  const std::string piece(100, 'x');
  ASSERT_TRUE(client.send(head_of_post(2'000)));
  for (int i = 0; i < 20; ++i) {
    std::this_thread::sleep_for(75ms);
    ASSERT_TRUE(client.send(piece));
  }
  EXPECT_EQ(body_of(client.answer()), "POST /a " + std::string(2'000, 'x'));
}

// What has come with the head is a part of the body.
TEST(ConnectionBounds, CountTheBytesThatComeWithTheHead) {
  connection_options how;
  how.body_grace = 100ms;
  how.min_bytes_per_second = 1'000;
  echo_server server(how);
  server.start();
  raw_client client(server.port());
  ASSERT_TRUE(client.send(head_of_post(10'000) + std::string(8'000, 'x')));
  std::this_thread::sleep_for(700ms);
  EXPECT_EQ(body_of(client.exchange(std::string(2'000, 'x'))).size(), 10'008U);
}

TEST(ConnectionBounds, EndABodyAtItsTimeoutHoweverFastItComes) {
  connection_options how;
  how.body_timeout = 400ms;
  how.min_bytes_per_second = 1;
  echo_server server(how);
  server.start();
  raw_client client(server.port());
  ASSERT_TRUE(client.send(head_of_post(900'000)));
  for (int i = 0; i < 30 && !client.has_input(); ++i) {
    std::this_thread::sleep_for(50ms);
    (void)client.send(std::string(1'000, 'x'));
  }
  EXPECT_EQ(status_line(client.answer()), "HTTP/1.1 408 Request Timeout");
}

// Sends many requests and reads nothing, until it is told to.
class deaf_client {
 public:
  deaf_client(std::uint16_t port, int requests) : client_(port, 20), requests_(requests) {
    sender_ = std::thread([this] {
      for (int i = 0; i < requests_ && client_.send(get(path_of(i))); ++i) {
      }
    });
  }
  deaf_client(const deaf_client&) = delete;
  deaf_client& operator=(const deaf_client&) = delete;
  ~deaf_client() {
    client_.end_sending();
    sender_.join();
  }

  // How many answers are right, one after another.
  int read() {
    int right = 0;
    while (right < requests_ && body_of(client_.answer()) == "GET " + path_of(right) + " ") ++right;
    return right;
  }
  raw_client& client() { return client_; }

 private:
  static std::string path_of(int i) { return "/" + std::string(900, 'p') + std::to_string(i); }

  raw_client client_;
  int requests_;
  std::thread sender_;
};

TEST(ConnectionBounds, ReadNoMoreWhileAnswersAreNotTakenAndThenGoOn) {
  connection_options how;
  how.max_buffer_bytes = 256 << 10;
  how.write_timeout = 5s;
  echo_server server(how);
  server.start();
  deaf_client deaf(server.port(), 8'000);
  std::this_thread::sleep_for(300ms);
  EXPECT_EQ(deaf.read(), 8'000);
  EXPECT_EQ(body_of(deaf.client().exchange(get("/end"))), "GET /end ");
}

TEST(ConnectionBounds, CloseWhoTakesNoAnswers) {
  connection_options how;
  how.write_timeout = 200ms;
  how.max_connections = 1;  // so that its slot serves the next one
  echo_server server(how);
  server.start();
  deaf_client deaf(server.port(), 20'000);
  std::this_thread::sleep_for(100ms);
  raw_client next(server.port());
  for (const char* path : {"/1", "/2"})
    EXPECT_EQ(body_of(next.exchange(get(path))), "GET " + std::string(path) + " ");
}

TEST(ConnectionBounds, DropNoMoreThanTheirBoundOfAnUnreadBody) {
  connection_options how;
  how.linger_timeout = 20s;
  echo_server server(how);
  server.start();
  raw_client client(server.port());
  ASSERT_TRUE(
      client.send("POST /refused HTTP/1.1\r\nHost: h\r\nContent-Length: 104857600\r\n\r\n"));
  const std::string piece(1 << 20, 'x');
  int sent = 0;
  while (sent < 60 && client.send(piece)) ++sent;
  EXPECT_LT(sent, 40);
}

TEST(ConnectionBounds, AnswerWhatDoesNotFitWithAnError) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  ASSERT_TRUE(client.send(get("/1") + get("/overflow")));
  EXPECT_EQ(body_of(client.answer()), "GET /1 ");
  const std::string answer = client.answer();
  EXPECT_EQ(status_line(answer), "HTTP/1.1 500 Internal Server Error");
  EXPECT_EQ(body_of(answer), R"({"error":"answer_too_long"})");
  EXPECT_TRUE(client.ended());
}

// --- many

TEST(ConnectionBounds, AnswerMorePipelinedRequestsThanATurnTakes) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  std::string all;
  for (int i = 0; i < 100; ++i) all += get("/" + std::to_string(i));
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 100; ++i)
    ASSERT_EQ(body_of(client.answer()), "GET /" + std::to_string(i) + " ");
}

TEST(ConnectionBounds, AnswerMoreInATurnThanItsAreaHolds) {
  echo_server server;
  const std::string path = "/" + std::string(450, 'p');
  std::string requests;
  for (int i = 0; i < 28; ++i) requests += get(path);
  std::vector<raw_client> all;
  for (int i = 0; i < 40; ++i) {
    all.emplace_back(server.port());
    ASSERT_TRUE(all.back().send(requests));
  }
  server.start();
  for (raw_client& client : all)
    for (int i = 0; i < 28; ++i) ASSERT_EQ(body_of(client.answer()), "GET " + path + " ");
}

TEST(ConnectionBounds, CloseTheConnectionsOfAnAddressThatHasTooMany) {
  connection_options how;
  how.max_connections_per_address = 2;
  echo_server server(how);
  server.start();
  raw_client one(server.port()), two(server.port());
  EXPECT_EQ(body_of(one.exchange(get("/1"))), "GET /1 ");
  EXPECT_EQ(body_of(two.exchange(get("/2"))), "GET /2 ");
  raw_client three(server.port());
  EXPECT_TRUE(three.ended());
  one.close();
  EXPECT_TRUE(eventually([&] {
    raw_client next(server.port());
    return body_of(next.exchange(get("/3"))) == "GET /3 ";
  }));
}

// Sets how many descriptors this process may have, until it goes.
class descriptor_limit {
 public:
  explicit descriptor_limit(rlim_t most) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit now{std::min(most, before_.rlim_max), before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &now);
  }
  descriptor_limit(const descriptor_limit&) = delete;
  descriptor_limit& operator=(const descriptor_limit&) = delete;
  ~descriptor_limit() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(ConnectionBounds, AcceptAgainOnceThereAreDescriptors) {
  echo_server server;
  server.start();
  raw_client first(server.port());
  EXPECT_EQ(body_of(first.exchange(get("/1"))), "GET /1 ");
  raw_client later = raw_client::unconnected();
  {
    const descriptor_limit none(1);
    later.connect(server.port());
    ASSERT_TRUE(later.send(get("/2")));
    EXPECT_EQ(body_of(first.exchange(get("/3"))), "GET /3 ") << "others are served";
  }
  EXPECT_EQ(body_of(later.answer()), "GET /2 ");
}

// --- odd ones

TEST(ConnectionBounds, TellOfAnEndThatCameWithTheRequest) {
  echo_server server;
  raw_client client(server.port());
  ASSERT_TRUE(client.send(get("/watched")));
  client.end_sending();
  server.start();
  ASSERT_TRUE(eventually([&] { return server.control.pending == 1; }));
  EXPECT_EQ(server.ended(), 1);
}

// A read stops at the mark of urgent data, as short as if it had read everything.
TEST(ConnectionBounds, ReadOnBehindUrgentData) {
  echo_server server;
  server.start();
  for (int i = 0; i < 20; ++i) {
    raw_client client(server.port());
    ASSERT_TRUE(client.send(get("/1")) && client.send_urgent('!') && client.send(get("/2")));
    EXPECT_EQ(body_of(client.answer()), "GET /1 ");
    EXPECT_EQ(body_of(client.answer()), "GET /2 ");
  }
}

TEST(ConnectionBounds, AnswerARequestWithTheEndRightBehindIt) {
  echo_server server;
  server.start();
  for (int i = 0; i < 20; ++i) {
    raw_client client(server.port());
    ASSERT_TRUE(client.send(get("/1") + get("/2")));
    client.end_sending();
    EXPECT_EQ(body_of(client.answer()), "GET /1 ");
    EXPECT_EQ(body_of(client.answer()), "GET /2 ");
    EXPECT_TRUE(client.ended());
  }
}

TEST(ConnectionBounds, ServeOthersWhileOneSendsWithoutEnd) {
  echo_server server;
  server.start();
  raw_client flood(server.port());
  std::atomic<bool> stop{false};
  std::thread sending([&] {
    std::string many;
    for (int i = 0; i < 1'000; ++i) many += get("/");
    while (!stop && flood.send(many)) flood.discard();
  });
  raw_client other(server.port());
  for (int i = 0; i < 50; ++i) EXPECT_EQ(body_of(other.exchange(get("/o"))), "GET /o ");
  stop = true;
  flood.end_sending();
  sending.join();
}

TEST(ConnectionBounds, AnswerPipelinedRequestsThatWaitInTheirTurn) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  std::string all;
  for (int i = 0; i < 100; ++i) all += get("/soon") + get("/" + std::to_string(i));
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(body_of(client.answer()), "soon");
    ASSERT_EQ(body_of(client.answer()), "GET /" + std::to_string(i) + " ");
  }
  EXPECT_GE(server.control.turns, 4) << "others must have theirs";
  EXPECT_LE(server.control.turns, 20) << "a turn answers more than one";
}

// However often the answers of one turn must be sent before it ends.
TEST(ConnectionBounds, EndATurnThatSendsManyTimes) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  const std::string body(3'000, 'b');
  std::string all;
  for (int i = 0; i < 100; ++i) all += post("/soon", body);
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 100; ++i) ASSERT_EQ(body_of(client.answer()), "soon" + body);
  EXPECT_GE(server.control.turns, 4);
}

// Its answer was promised before the stop began; nothing else may keep the connection open then.
TEST(ConnectionBounds, CloseAfterAnAnswerThatWasOnItsWayWhenTheServerStopped) {
  echo_server server;
  server.control.max_body_bytes = 4 << 20;
  server.start();
  raw_client client(server.port(), 10, 4096);
  const std::string body(4'000'000, 'x');
  ASSERT_TRUE(client.send(head_of_post(body.size()) + body));
  ASSERT_TRUE(eventually([&] { return client.has_input(); }));
  std::this_thread::sleep_for(50ms);
  server.drain();
  std::this_thread::sleep_for(250ms);
  EXPECT_FALSE(server.done());
  const auto begin = steady::now();
  EXPECT_EQ(body_of(client.answer()).size(), body.size() + 8);
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(eventually([&] { return server.done(); }));
  EXPECT_LT(steady::now() - begin, 5s) << "drain_timeout is 10 s";
}

// Small answers must not wait for the acknowledgement of others.
TEST(ConnectionBounds, SendWithoutNaglesDelay) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  EXPECT_EQ(body_of(client.exchange(get("/1"))), "GET /1 ");
  int is_set = 0;
  socklen_t size = sizeof is_set;
  EXPECT_EQ(getsockopt(client.peer_descriptor(), IPPROTO_TCP, TCP_NODELAY, &is_set, &size), 0);
  EXPECT_EQ(is_set, 1);
}

}  // namespace
}  // namespace callgate::net
