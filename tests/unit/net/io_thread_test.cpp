// SPDX-License-Identifier: Apache-2.0
// One I/O thread: accepting, its slab, and how it ends.
#include <callgate/net/io_thread.hpp>

#include <tests/support/echo_server.hpp>
#include <tests/support/raw_client.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace callgate::net {
namespace {

using namespace std::chrono_literals;
using testing::body_of;
using testing::echo_server;
using testing::eventually;
using testing::raw_client;

const std::string get_a = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
const std::string get_later = "GET /later HTTP/1.1\r\nHost: h\r\n\r\n";

TEST(IoThread, ServesManyConnectionsAtOnce) {
  echo_server server;
  server.start();
  std::vector<raw_client> clients;
  for (int i = 0; i < 50; ++i) clients.emplace_back(server.port());
  for (auto& c : clients) ASSERT_TRUE(c.send(get_a));
  for (auto& c : clients) EXPECT_EQ(body_of(c.answer()), "GET /a ");
}

TEST(IoThread, LetsConnectionsWaitWhenItsSlabIsFull) {
  connection_options two;
  two.max_connections = 2;
  echo_server server(two);
  server.start();
  raw_client one(server.port()), other(server.port());
  EXPECT_EQ(body_of(one.exchange(get_a)), "GET /a ");
  EXPECT_EQ(body_of(other.exchange(get_a)), "GET /a ");
  raw_client third(server.port(), 1);
  EXPECT_EQ(third.exchange(get_a), "") << "nobody serves it yet";
  one.close();
  EXPECT_EQ(body_of(third.answer()), "GET /a ");
}

// A tick would do it, too, but only ten times a second.
TEST(IoThread, AcceptsWhoWaitsAsSoonAsASlotIsFree) {
  connection_options one;
  one.max_connections = 1;
  echo_server server(one);
  server.start();
  std::vector<raw_client> clients;
  clients.emplace_back(server.port());
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(body_of(clients[i].exchange(get_a)), "GET /a ");
    clients.emplace_back(server.port());
    clients[i].close();
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

TEST(IoThread, EndsAtOnceWhenNothingIsInWork) {
  echo_server server;
  server.start();
  raw_client idle(server.port());
  EXPECT_EQ(body_of(idle.exchange(get_a)), "GET /a ");
  const auto begin = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_TRUE(idle.ended());
  EXPECT_THROW(raw_client(server.port()), std::runtime_error) << "nobody listens any more";
}

TEST(IoThread, AnswersWhatIsInWorkBeforeItEnds) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  ASSERT_TRUE(client.send(get_later));
  ASSERT_TRUE(eventually([&] { return server.control.pending == 1; }));
  server.drain();
  std::this_thread::sleep_for(250ms);
  EXPECT_FALSE(server.done());
  server.finish();
  const std::string answer = client.answer();
  EXPECT_EQ(body_of(answer), "finished ");
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(eventually([&] { return server.done(); }));
}

TEST(IoThread, TakesARequestThatHadBegunBeforeItEnds) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  ASSERT_TRUE(client.send(get_a.substr(0, 10)));
  std::this_thread::sleep_for(50ms);
  server.drain();
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(body_of(client.exchange(get_a.substr(10))), "GET /a ");
  EXPECT_TRUE(client.ended());
}

TEST(IoThread, DoesNotWaitForeverForASenderThatStopsHalfWay) {
  connection_options hurried;
  hurried.drain_timeout = 200ms;
  echo_server server(hurried);
  server.start();
  raw_client client(server.port());
  ASSERT_TRUE(client.send(get_a.substr(0, 10)));
  std::this_thread::sleep_for(50ms);
  server.drain();
  EXPECT_TRUE(eventually([&] { return server.done(); }));
}

// The store still has the receipt: its memory must outlive that, however long the drain has lasted.
TEST(IoThread, WaitsForWhatTheServiceOwes) {
  connection_options hurried;
  hurried.drain_timeout = 100ms;
  echo_server server(hurried);
  server.start();
  raw_client client(server.port());
  ASSERT_TRUE(client.send(get_later));
  ASSERT_TRUE(eventually([&] { return server.control.pending == 1; }));
  server.drain();
  std::this_thread::sleep_for(400ms);
  EXPECT_FALSE(server.done());
  server.finish();
  EXPECT_TRUE(eventually([&] { return server.done(); }));
  EXPECT_EQ(server.control.abandoned, 1);
}

// As many as wait in the kernel's queue, more than are accepted in one turn.
void send_to_many(const echo_server& server, std::vector<raw_client>& clients) {
  for (int i = 0; i < 150; ++i) {
    clients.emplace_back(server.port());
    ASSERT_TRUE(clients.back().send(get_a));
  }
}

TEST(IoThread, ServesAllThatWaitedBeforeItBegan) {
  echo_server server;
  std::vector<raw_client> clients;
  send_to_many(server, clients);
  server.start();
  for (raw_client& c : clients) EXPECT_EQ(body_of(c.answer()), "GET /a ");
}

TEST(IoThread, AnswersAllWhoseRequestsHadComeBeforeItEnds) {
  echo_server server;
  std::vector<raw_client> clients;
  send_to_many(server, clients);
  server.drain();
  server.start();
  for (raw_client& c : clients) EXPECT_EQ(body_of(c.answer()), "GET /a ");
  EXPECT_TRUE(eventually([&] { return server.done(); }));
}

// An answer that a handler of the context gave, which is no turn of the poller.
TEST(IoThread, EndsSoonAfterAnAnswerThatIsNotSentYet) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  ASSERT_TRUE(client.send(get_later));
  ASSERT_TRUE(eventually([&] { return server.control.pending == 1; }));
  server.block(100ms);
  server.finish();
  server.drain();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(body_of(client.answer()), "finished ");
  EXPECT_TRUE(eventually([&] { return server.done(); }));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s) << "drain_timeout is 10 s";
}

// A store that is full: what has not begun stays with its clients, but only until the next tick.
TEST(IoThread, LeavesRequestsWhereTheyAreWhileItIsPaused) {
  echo_server server;
  server.start();
  raw_client client(server.port());
  std::string requests;
  for (int i = 0; i < 6; ++i) requests += "GET /full HTTP/1.1\r\nHost: h\r\n\r\n";
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 6; ++i) EXPECT_EQ(body_of(client.answer()), "GET /full ");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 300ms);
  EXPECT_LE(server.control.asked, 12) << "who waits is not asked again and again meanwhile";
}

// The time between its making and run() may be long: a store is recovered, say.
TEST(IoThread, CountsIdleTimeFromWhenItRuns) {
  connection_options hurried;
  hurried.idle_timeout = 1s;
  echo_server server(hurried);
  raw_client client(server.port());
  std::this_thread::sleep_for(1'300ms);
  server.start();
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(body_of(client.exchange(get_a)), "GET /a ");
}

TEST(IoThread, ClosesAConnectionThatWaitedInTheQueueWhileItEnded) {
  echo_server server;
  raw_client waiting(server.port());
  server.drain();
  server.start();
  EXPECT_TRUE(eventually([&] { return server.done(); }));
}

}  // namespace
}  // namespace callgate::net
