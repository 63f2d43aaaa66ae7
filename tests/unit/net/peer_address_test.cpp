// SPDX-License-Identifier: Apache-2.0
// Addresses of peers: from sockets and texts, to texts and to what limits count.
#include <callgate/net/peer_address.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace callgate::net {
namespace {

std::string round_trip(std::string_view written) {
  const auto parsed = peer_address::parse(written);
  return parsed ? std::string(parsed->written().view()) : "refused";
}

peer_address parsed(std::string_view written) {
  return peer_address::parse(written).value_or(peer_address{});
}

TEST(PeerAddress, IsReadFromASocketOfEitherKind) {
  sockaddr_storage storage{};
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(4711);
  ASSERT_EQ(inet_pton(AF_INET, "192.0.2.7", &v4.sin_addr), 1);
  std::memcpy(&storage, &v4, sizeof v4);
  EXPECT_EQ(peer_address::of(storage).written().view(), "192.0.2.7");

  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  ASSERT_EQ(inet_pton(AF_INET6, "2001:db8::7", &v6.sin6_addr), 1);
  std::memcpy(&storage, &v6, sizeof v6);
  EXPECT_EQ(peer_address::of(storage).written().view(), "2001:db8::7");
}

TEST(PeerAddress, IsOneValueForAnIpv4ClientOfADualStackSocket) {
  sockaddr_storage storage{};
  sockaddr_in6 mapped{};
  mapped.sin6_family = AF_INET6;
  ASSERT_EQ(inet_pton(AF_INET6, "::ffff:192.0.2.7", &mapped.sin6_addr), 1);
  std::memcpy(&storage, &mapped, sizeof mapped);
  EXPECT_EQ(peer_address::of(storage), parsed("192.0.2.7"));
  EXPECT_TRUE(peer_address::of(storage).is_v4());
}

TEST(PeerAddress, OfAnotherFamilyIsNobody) {
  sockaddr_storage storage{};
  storage.ss_family = AF_UNIX;
  EXPECT_FALSE(peer_address::of(storage).is_known());
  EXPECT_EQ(peer_address{}.written().view(), "unknown");
}

TEST(PeerAddress, IsWrittenAsItIsUsuallyWritten) {
  EXPECT_EQ(round_trip("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(round_trip("255.255.255.255"), "255.255.255.255");
  EXPECT_EQ(round_trip("::1"), "::1");
  EXPECT_EQ(round_trip("2001:DB8:0:0:0:0:0:7"), "2001:db8::7");
  EXPECT_EQ(round_trip("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(round_trip("1111:2222:3333:4444:5555:6666:7777:8888"),
            "1111:2222:3333:4444:5555:6666:7777:8888");
}

TEST(PeerAddress, IsNothingElse) {
  for (const std::string_view bad :
       {"", "localhost", "127.0.0", "127.0.0.1:80", "[::1]", "fe80::1%eth0", "256.0.0.1", " ::1",
        "01.2.3.4", "1111:2222:3333:4444:5555:6666:7777:8888:9999",
        "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa"})
    EXPECT_EQ(round_trip(bad), "refused") << bad;
  using namespace std::string_view_literals;
  EXPECT_EQ(round_trip("127.0.0.1\0junk"sv), "refused");
}

TEST(PeerAddress, CountsAsItsIpv4AddressOrItsIpv6SiteAndNeverAsZero) {
  EXPECT_NE(parsed("192.0.2.7").network(), parsed("192.0.2.8").network());
  EXPECT_EQ(parsed("2001:db8:1:2::7").network(), parsed("2001:db8:1:2:ffff::9").network());
  EXPECT_NE(parsed("2001:db8:1:2::7").network(), parsed("2001:db8:1:3::7").network());
  for (const std::string_view any : {"::", "::1", "0.0.0.0", "2001:db8::"})
    EXPECT_NE(peer_address::parse(any).value().network(), 0u) << any;
}

TEST(PeerAddress, IsOrderedByItsBytes) {
  EXPECT_LT(parsed("192.0.2.7"), parsed("192.0.2.8"));
  EXPECT_EQ(parsed("192.0.2.7"), parsed("192.0.2.7"));
}

}  // namespace
}  // namespace callgate::net
