// SPDX-License-Identifier: Apache-2.0
// Connections over real sockets: a service, its exchange, and the options that bound them.
#include <callgate/net/connection.hpp>

#include <tests/support/echo_server.hpp>
#include <tests/support/raw_client.hpp>
#include <tests/support/request_texts.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

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

bool closes(const std::string& answer) {
  return answer.find("\r\nConnection: close\r\n") != std::string::npos;
}

TEST(Connection, ServesOneRequestAfterAnother) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  for (int i = 0; i < 5; ++i) {
    const std::string answer = client.exchange(post("/a", "body " + std::to_string(i)));
    EXPECT_EQ(status_line(answer), "HTTP/1.1 200 OK");
    EXPECT_EQ(body_of(answer), "POST /a body " + std::to_string(i));
    EXPECT_FALSE(closes(answer));
    EXPECT_NE(answer.find("\r\nDate: "), std::string::npos);
  }
}

TEST(Connection, ServesPipelinedRequestsInTheirOrder) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  const std::string large(20'000, 'x');
  // The second one is answered before it is admitted; nothing behind it may be lost.
  ASSERT_TRUE(
      client.send(get("/1") + get("/refused") + post("/2", "two") + post("/3", large) + get("/4")));
  EXPECT_EQ(body_of(client.answer()), "GET /1 ");
  EXPECT_EQ(body_of(client.answer()), "refused");
  EXPECT_EQ(body_of(client.answer()), "POST /2 two");
  EXPECT_EQ(body_of(client.answer()), "POST /3 " + large);
  EXPECT_EQ(body_of(client.answer()), "GET /4 ");
}

TEST(Connection, ServesPipelinedRequestsBehindAPendingOne) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  ASSERT_TRUE(client.send(post("/later", "one") + get("/2")));
  ASSERT_TRUE(eventually([&] { return server.control.pending == 1; }));
  server.finish();
  EXPECT_EQ(body_of(client.answer()), "finished one");
  EXPECT_EQ(body_of(client.answer()), "GET /2 ");
}

TEST(Connection, TakesRequestsByteByByte) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  for (const char c : post("/a", "x")) ASSERT_TRUE(client.send({&c, 1}));
  EXPECT_EQ(body_of(client.answer()), "POST /a x");
}

TEST(Connection, TakesChunkedBodies) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  EXPECT_EQ(
      body_of(client.exchange("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")),
      "POST /a abcde");
}

TEST(Connection, ContinuesOnlyWhenAsked) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  EXPECT_EQ(client.exchange(
                "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"),
            "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(body_of(client.exchange("hi")), "POST /a hi");
}

TEST(Connection, DoesNotAskForABodyThatItRefuses) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  const std::string answer = client.exchange(
      "POST /refused HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(status_line(answer), "HTTP/1.1 404 Not Found");
  EXPECT_TRUE(closes(answer));
}

TEST(Connection, ClosesAfterTheAnswerIfTheClientSaysSo) {
  echo_server server;
  server.start();
  raw_client one(server.port());
  EXPECT_TRUE(closes(one.exchange("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")));
  EXPECT_TRUE(one.ended());
  raw_client old(server.port());
  EXPECT_EQ(body_of(old.exchange("GET / HTTP/1.0\r\n\r\n")), "GET / ");
  EXPECT_TRUE(old.ended());
}

// --- the peer's end while an answer is pending

TEST(Connection, TellsWhenThePeerOfAWatchedRequestEnds) {
  echo_server server;
  server.start();
  raw_client stays(server.port()), leaves(server.port()), half(server.port()),
      resets(server.port());
  for (raw_client* each : {&stays, &leaves, &half, &resets})
    ASSERT_TRUE(each->send(post("/watched", "x")));
  ASSERT_TRUE(eventually([&] { return server.control.pending == 4; }));
  EXPECT_EQ(server.ended(), 0);
  leaves.close();
  half.end_sending();
  resets.reset();
  EXPECT_TRUE(eventually([&] { return server.ended() == 3; }));
  server.finish();
  EXPECT_EQ(body_of(stays.answer()), "finished x");
  EXPECT_EQ(body_of(half.answer()), "finished x") << "it may still listen";
  EXPECT_TRUE(half.ended());
  EXPECT_TRUE(eventually([&] { return server.control.abandoned == 1; })) << "the reset one";
}

TEST(Connection, TakesThePipelinedNextRequestForNoEnd) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send(post("/watched", "one")));
    ASSERT_TRUE(eventually([&] { return server.control.pending == 1; }));
    ASSERT_TRUE(client.send(post("/watched", "two") + get("/3")));
    EXPECT_EQ(server.ended(), 0);
    server.finish();
    EXPECT_EQ(body_of(client.answer()), "finished one");
    ASSERT_TRUE(eventually([&] { return server.control.pending == 1; }));
    EXPECT_EQ(server.ended(), 0);
    server.finish();
    EXPECT_EQ(body_of(client.answer()), "finished two");
    EXPECT_EQ(body_of(client.answer()), "GET /3 ");
  }
}

TEST(Connection, WatchesNobodyUnasked) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  ASSERT_TRUE(client.send(post("/watched", "one") + post("/later", "two")));
  ASSERT_TRUE(eventually([&] { return server.control.pending == 1; }));
  server.finish();
  EXPECT_EQ(body_of(client.answer()), "finished one");
  ASSERT_TRUE(eventually([&] { return server.control.pending == 1; }));
  client.end_sending();  // seen, but of no concern for the second one
  for (int i = 0; i < 10; ++i) EXPECT_EQ(server.ended(), 0);
  server.finish();
  EXPECT_EQ(body_of(client.answer()), "finished two");
}

// --- refusals

TEST(Connection, RefusesWhatIsNoRequest) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  const std::string answer = client.exchange("nonsense\r\n\r\n");
  EXPECT_EQ(status_line(answer), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(body_of(answer), R"({"error":"bad_request_line"})");
  EXPECT_TRUE(closes(answer));
  EXPECT_TRUE(client.ended());
}

// A client that is still sending must get to read the answer: a reset would destroy it on its way.
TEST(Connection, LetsARefusedSenderReadItsAnswer) {
  echo_server server;
  server.control.max_body_bytes = 100;
  server.start();
  for (const char* path : {"/refused", "/a"}) {
    raw_client client(server.port());
    ASSERT_TRUE(client.send("POST " + std::string(path) +
                            " HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n"));
    std::this_thread::sleep_for(50ms);
    ASSERT_TRUE(client.send(std::string(1'000'000, 'x')))
        << "bytes of the body are taken and dropped";
    const std::string answer = client.answer();
    EXPECT_EQ(body_of(answer), std::string_view(path) == "/a" ? "too large" : "refused");
    EXPECT_TRUE(closes(answer));
    client.end_sending();
    EXPECT_TRUE(client.ended());
  }
}

TEST(Connection, DoesNotTakeTheUnreadBodyForARequest) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  ASSERT_TRUE(client.send(post("/refused", get("/smuggled"))));
  EXPECT_EQ(body_of(client.answer()), "refused");
  EXPECT_TRUE(client.ended()) << "no second answer";
}

TEST(Connection, RefusesABodyThatIsTooLarge) {
  echo_server server;
  server.control.max_body_bytes = 4;
  server.start();
  raw_client client(server.port());
  EXPECT_EQ(body_of(client.exchange(post("/a", "1234"))), "POST /a 1234");
  EXPECT_EQ(status_line(client.exchange(post("/a", "12345"))), "HTTP/1.1 413 Content Too Large");
  EXPECT_TRUE(client.ended());
}

TEST(Connection, SaysSoWhenThereAreNoBuffers) {
  connection_options few;
  few.max_buffer_bytes = 4096;
  echo_server server(few);
  server.start();
  raw_client client(server.port());
  const std::string answer = client.exchange(post("/a", std::string(18'000, 'x')));
  EXPECT_EQ(status_line(answer), "HTTP/1.1 503 Service Unavailable");
  EXPECT_EQ(body_of(answer), R"({"error":"out_of_buffers"})");
  EXPECT_TRUE(closes(answer));
}

// --- deadlines

TEST(Connection, AnswersASenderThatStopsHalfWay) {
  connection_options hurried;
  hurried.head_timeout = 150ms;
  hurried.body_timeout = 150ms;
  echo_server server(hurried);
  server.start();
  for (const std::string& half : {std::string("GET / HT"), post("/a", "hello").substr(0, 48)}) {
    raw_client client(server.port());
    const std::string answer = client.exchange(half);
    EXPECT_EQ(status_line(answer), "HTTP/1.1 408 Request Timeout") << half;
    EXPECT_EQ(body_of(answer), R"({"error":"request_timeout"})");
    EXPECT_TRUE(client.ended());
  }
}

TEST(Connection, ClosesAnIdleConnectionWithoutAWord) {
  connection_options hurried;
  hurried.idle_timeout = 150ms;
  echo_server server(hurried);
  server.start();
  raw_client fresh(server.port());
  EXPECT_TRUE(fresh.ended());
  raw_client used(server.port());
  EXPECT_EQ(body_of(used.exchange(get("/a"))), "GET /a ");
  EXPECT_TRUE(used.ended());
}

TEST(Connection, DoesNotWaitForeverForAPeerThatNeverCloses) {
  connection_options hurried;
  hurried.linger_timeout = 150ms;
  hurried.max_connections = 1;
  echo_server server(hurried);
  server.start();
  raw_client rude(server.port());
  EXPECT_EQ(status_line(rude.exchange("nonsense\r\n\r\n")), "HTTP/1.1 400 Bad Request");
  raw_client next(server.port());
  EXPECT_EQ(body_of(next.exchange(get("/a"))), "GET /a ") << "the one slot is free again";
}

TEST(Connection, AnswersInTimeAndSurvivesALateResult) {
  echo_server server;
  server.control.answer_within = 100ms;
  server.start();
  raw_client client(server.port());
  const std::string answer = client.exchange(post("/later", "pinned"));
  EXPECT_EQ(body_of(answer), "expired");
  EXPECT_TRUE(closes(answer));
  EXPECT_EQ(server.control.expired, 1);
  EXPECT_EQ(server.control.pending, 1);
  server.finish();
  EXPECT_TRUE(eventually([&] { return server.control.abandoned == 1; }));
  EXPECT_TRUE(client.ended());
  raw_client next(server.port());
  EXPECT_EQ(body_of(next.exchange(get("/a"))), "GET /a ");
}

TEST(Connection, PinsTheRequestUntilTheLateResult) {
  connection_options one;
  one.max_connections = 1;
  one.linger_timeout = 100ms;
  echo_server server(one);
  server.control.answer_within = 100ms;
  server.start();
  {
    raw_client client(server.port());
    EXPECT_EQ(body_of(client.exchange(post("/later", "pinned"))), "expired");
  }
  raw_client next(server.port(), 1);
  EXPECT_EQ(next.exchange(get("/a")), "") << "the slot is still pinned";
  server.finish();
  EXPECT_EQ(body_of(next.answer()), "GET /a ");
}

// --- peers that go

TEST(Connection, SurvivesAPeerThatResetsWhilePending) {
  connection_options one;
  one.max_connections = 1;
  echo_server server(one);
  server.start();
  for (int i = 0; i < 3; ++i) {
    raw_client client(server.port());
    ASSERT_TRUE(client.send(post("/later", "x")));
    ASSERT_TRUE(eventually([&] { return server.control.pending == 1; }));
    client.reset();
    server.finish();
    ASSERT_TRUE(eventually([&] { return server.control.pending == 0; }));
  }
  raw_client next(server.port());
  EXPECT_EQ(body_of(next.exchange(get("/a"))), "GET /a ");
}

TEST(Connection, SurvivesAPeerThatLeavesAtAnyByte) {
  connection_options one;
  one.max_connections = 1;
  echo_server server(one);
  server.start();
  const std::string request = post("/a", "hello");
  for (std::size_t n = 0; n <= request.size(); ++n) {
    raw_client client(server.port());
    ASSERT_TRUE(client.send(request.substr(0, n)));
    if (n % 2 == 0) client.reset();
  }
  raw_client next(server.port());
  EXPECT_EQ(body_of(next.exchange(get("/a"))), "GET /a ");
}

// The slot was about to linger when its peer went. Whoever gets the slot next keeps its connection.
TEST(Connection, StartsAfreshInAUsedSlot) {
  connection_options one;
  one.max_connections = 1;
  echo_server server(one);
  raw_client gone(server.port());
  ASSERT_TRUE(gone.send(post("/refused", "hello")));
  gone.reset();
  server.start();
  raw_client next(server.port());
  EXPECT_EQ(body_of(next.exchange(get("/1"))), "GET /1 ");
  EXPECT_EQ(body_of(next.exchange(get("/2"))), "GET /2 ");
}

TEST(Connection, AnswersAPeerThatHasEndedSending) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  ASSERT_TRUE(client.send(get("/a")));
  client.end_sending();
  EXPECT_EQ(body_of(client.answer()), "GET /a ");
  EXPECT_TRUE(client.ended());
}

}  // namespace
}  // namespace callgate::net
