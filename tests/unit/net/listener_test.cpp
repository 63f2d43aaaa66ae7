// SPDX-License-Identifier: Apache-2.0
// Listening sockets, and what is said when there can be none.
#include <callgate/net/listener.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace callgate::net {
namespace {

std::string failure_text(const std::function<void()>& action) {
  try {
    action();
  } catch (const startup_error& error) {
    return error.what();
  }
  return "no startup_error";
}

TEST(ParseEndpoint, ReadsAddressesOfBothKinds) {
  EXPECT_EQ(parse_endpoint("127.0.0.1", 8080).address().to_string(), "127.0.0.1");
  EXPECT_EQ(parse_endpoint("127.0.0.1", 8080).port(), 8080);
  EXPECT_TRUE(parse_endpoint("::1", 1).address().is_v6());
  EXPECT_TRUE(parse_endpoint("::1", 1).address().is_loopback());
  EXPECT_FALSE(parse_endpoint("0.0.0.0", 1).address().is_loopback());
}

TEST(ParseEndpoint, SaysWhatAnAddressLooksLike) {
  EXPECT_EQ(failure_text([] { (void)parse_endpoint("localhost", 80); }),
            "'localhost' is no IP address: give one such as 127.0.0.1 or ::1 with --listen");
  for (const char* bad : {"", "127.0.0", "127.0.0.1:80", "[::1]", "256.0.0.1"})
    EXPECT_NE(failure_text([&] { (void)parse_endpoint(bad, 80); }), "no startup_error") << bad;
}

TEST(ListenOn, TakesAFreePortForZero) {
  asio::io_context context;
  const acceptor a = listen_on(context, parse_endpoint("127.0.0.1", 0));
  EXPECT_NE(a.local_endpoint().port(), 0);
}

TEST(ListenOn, SharesAPortAmongOurThreads) {
  asio::io_context one, other;
  const acceptor a = listen_on(one, parse_endpoint("127.0.0.1", 0));
  const acceptor b = listen_on(other, a.local_endpoint());
  EXPECT_EQ(a.local_endpoint(), b.local_endpoint());
}

TEST(ProbePort, SeesWhoeverListensThere) {
  asio::io_context context;
  acceptor a = listen_on(context, parse_endpoint("127.0.0.1", 0));
  const auto at = a.local_endpoint();
  EXPECT_EQ(failure_text([&] { probe_port(at); }),
            "127.0.0.1 port " + std::to_string(at.port()) +
                " is in use: stop the program that listens there, or choose another with --port");
  a.close();
  EXPECT_EQ(failure_text([&] { probe_port(at); }), "no startup_error");
}

TEST(ListenOn, SaysSoWhenTheAddressIsNotOurs) {
  asio::io_context context;
  const std::string text =
      failure_text([&] { (void)listen_on(context, parse_endpoint("192.0.2.1", 0)); });
  EXPECT_TRUE(text.starts_with("192.0.2.1 port 0 cannot be listened on (")) << text;
  EXPECT_TRUE(text.ends_with("): choose another address with --listen")) << text;
}

TEST(ListenOn, SaysSoWhenThePortIsForTheMightyOnly) {
  const std::string text =
      detail::listen_failure(parse_endpoint("127.0.0.1", 80), asio::error::access_denied);
  EXPECT_EQ(text, "127.0.0.1 port 80 needs privileges: choose a port from 1024 on with --port");
}

}  // namespace
}  // namespace callgate::net
