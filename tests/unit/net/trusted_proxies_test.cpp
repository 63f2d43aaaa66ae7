// SPDX-License-Identifier: Apache-2.0
// Who a request is from: what proxies say and who is believed.
#include <callgate/net/trusted_proxies.hpp>

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace callgate::net {
namespace {

using named = http::field;

std::string client(std::string_view peer, std::initializer_list<named> said) {
  static const trusted_proxies proxies({"10.0.0.0/8", "::1", "2001:db8:aaaa::/48"});
  http::fields fields;
  for (const named& each : said) EXPECT_TRUE(fields.push_back(each));
  const auto from = proxies.client_of(peer_address::parse(peer).value(), fields);
  return std::string(from.written().view());
}
std::string behind(std::string_view peer, std::string_view list) {
  return client(peer, {{"X-Forwarded-For", list}});
}
std::string standard(std::string_view peer, std::string_view value) {
  return client(peer, {{"Forwarded", value}});
}

TEST(TrustedProxies, SayWhoCameBeforeThem) {
  EXPECT_EQ(behind("10.0.0.1", "203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(standard("10.0.0.1", "for=203.0.113.9;proto=https"), "203.0.113.9");
  EXPECT_EQ(standard("::1", "for=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17");
  EXPECT_EQ(client("10.0.0.1", {}), "10.0.0.1");
}

TEST(TrustedProxies, AreTheOnlyOnesBelieved) {
  EXPECT_EQ(behind("203.0.113.66", "192.0.2.1"), "203.0.113.66");
  EXPECT_EQ(standard("203.0.113.66", "for=192.0.2.1"), "203.0.113.66");
  EXPECT_EQ(
      client("203.0.113.66", {{"X-Forwarded-For", "10.0.0.1"}, {"Forwarded", "for=10.0.0.2"}}),
      "203.0.113.66");
}

// What stands to the left of the first untrusted hop was written by that hop.
TEST(TrustedProxies, AreFollowedFromTheRightUpToTheFirstStranger) {
  EXPECT_EQ(behind("10.0.0.1", "198.51.100.1, 203.0.113.9, 10.1.2.3"), "203.0.113.9");
  EXPECT_EQ(behind("10.0.0.1", "10.9.9.9, 203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(client("10.0.0.1", {{"X-Forwarded-For", "198.51.100.1"},
                                {"X-Forwarded-For", "203.0.113.9,10.1.2.3"}}),
            "203.0.113.9");
  EXPECT_EQ(behind("10.0.0.1", "10.0.0.2, 10.0.0.3"), "10.0.0.2") << "all of them are trusted";
  EXPECT_EQ(behind("10.0.0.1", "2001:db8:bbbb::1, 2001:db8:aaaa::1"), "2001:db8:bbbb::1");
}

TEST(TrustedProxies, ThatHideAHopEndTheWalk) {
  EXPECT_EQ(standard("10.0.0.1", "for=198.51.100.1, for=unknown"), "10.0.0.1");
  EXPECT_EQ(standard("10.0.0.1", "for=198.51.100.1, for=_hidden, for=10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(standard("10.0.0.1", "for=198.51.100.1, proto=https"), "10.0.0.1");
  EXPECT_EQ(behind("10.0.0.1", "198.51.100.1, unknown"), "10.0.0.1");
}

TEST(TrustedProxies, WhoseWordsAreMalformedSpeakForThemselves) {
  EXPECT_EQ(standard("10.0.0.1", "for=198.51.100.1, for=\"203.0.113.9"), "10.0.0.1");
  EXPECT_EQ(behind("10.0.0.1", "198.51.100.1, 203.0.113.9 junk"), "10.0.0.1");
  EXPECT_EQ(behind("10.0.0.1", "198.51.100.1, [::1"), "10.0.0.1");
  std::string many = "198.51.100.1";
  for (std::size_t i = 0; i < http::forwarded::max_nodes; ++i) many += ", 10.0.0.1";
  EXPECT_EQ(behind("10.0.0.1", many), "10.0.0.1");
}

TEST(TrustedProxies, ThatSayItTwiceMustSayTheSame) {
  EXPECT_EQ(client("10.0.0.1",
                   {{"X-Forwarded-For", "203.0.113.9"}, {"Forwarded", "for=\"203.0.113.9:1234\""}}),
            "203.0.113.9");
  EXPECT_EQ(
      client("10.0.0.1", {{"X-Forwarded-For", "203.0.113.9"}, {"Forwarded", "for=198.51.100.1"}}),
      "10.0.0.1")
      << "one of them may be a stranger's, passed on";
}

TEST(TrustedProxies, AreNoneUnlessNamed) {
  const trusted_proxies none({});
  http::fields fields;
  EXPECT_TRUE(fields.push_back({"X-Forwarded-For", "203.0.113.9"}));
  const auto peer = peer_address::parse("127.0.0.1").value();
  EXPECT_EQ(none.client_of(peer, fields), peer);
}

TEST(TrustedProxies, RefuseWhatIsNoRange) {
  EXPECT_THROW(trusted_proxies({"10.0.0.0/8", "proxy.example"}), startup_error);
}

}  // namespace
}  // namespace callgate::net
