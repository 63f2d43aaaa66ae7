// SPDX-License-Identifier: Apache-2.0
// Bounds of connections, in all and per address, also when many threads count at once.
#include <callgate/net/connection_counts.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace callgate::net {
namespace {

peer_address from(std::string_view written) {
  return peer_address::parse(written).value();
}
peer_address numbered(std::size_t number) {
  return from("10.0." + std::to_string(number / 256) + "." + std::to_string(number % 256));
}

TEST(ConnectionCounts, WithoutBoundsTakeEverybody) {
  connection_counts counts(0, 0);
  for (std::size_t i = 0; i < 1000; ++i) ASSERT_TRUE(counts.enter(from("192.0.2.1")));
  EXPECT_EQ(counts.open(), 1000u);
  EXPECT_FALSE(counts.full());
}

TEST(ConnectionCounts, BoundAllConnections) {
  connection_counts counts(2, 0);
  EXPECT_TRUE(counts.enter(from("192.0.2.1")));
  EXPECT_FALSE(counts.full());
  EXPECT_TRUE(counts.enter(from("192.0.2.2")));
  EXPECT_TRUE(counts.full());
  EXPECT_FALSE(counts.enter(from("192.0.2.3")));
  EXPECT_EQ(counts.open(), 2u) << "who did not enter is not counted";
  counts.leave(from("192.0.2.1"));
  EXPECT_TRUE(counts.enter(from("192.0.2.3")));
}

TEST(ConnectionCounts, BoundConnectionsOfOneAddressAndNotThoseOfOthers) {
  connection_counts counts(100, 2);
  EXPECT_TRUE(counts.enter(from("192.0.2.1")));
  EXPECT_TRUE(counts.enter(from("192.0.2.1")));
  EXPECT_FALSE(counts.enter(from("192.0.2.1")));
  EXPECT_TRUE(counts.enter(from("192.0.2.2")));
  EXPECT_EQ(counts.open(), 3u);
  counts.leave(from("192.0.2.1"));
  EXPECT_TRUE(counts.enter(from("192.0.2.1")));
  EXPECT_FALSE(counts.enter(from("192.0.2.1")));
}

TEST(ConnectionCounts, CountAnIpv6SiteAsOneAddress) {
  connection_counts counts(100, 1);
  EXPECT_TRUE(counts.enter(from("2001:db8::1")));
  EXPECT_FALSE(counts.enter(from("2001:db8::2")));
  EXPECT_TRUE(counts.enter(from("2001:db8:0:1::1")));
}

TEST(ConnectionCounts, HaveABoundInAllWherePerAddressAloneIsBounded) {
  connection_counts counts(0, 1);
  for (std::size_t i = 0; i < connection_counts::max_counted; ++i)
    ASSERT_TRUE(counts.enter(numbered(i)));
  EXPECT_TRUE(counts.full());
  EXPECT_FALSE(counts.enter(from("192.0.2.1")));
}

// Everything against a map, in an order that fills, empties and refills chains of the table.
TEST(ConnectionCounts, CountAsAMapWould) {
  constexpr std::size_t max_total = 24, max_each = 3;
  connection_counts counts(max_total, max_each);
  std::map<std::size_t, std::size_t> model;
  std::size_t open = 0;
  std::mt19937 random(7);
  for (int step = 0; step < 200'000; ++step) {
    const std::size_t who = random() % 40;
    if (random() % 2 == 0) {
      const bool expected = open < max_total && model[who] < max_each;
      ASSERT_EQ(counts.enter(numbered(who)), expected) << step;
      if (expected) ++model[who], ++open;
    } else if (model[who] > 0) {
      counts.leave(numbered(who));
      --model[who], --open;
    }
    ASSERT_EQ(counts.open(), open);
  }
}

TEST(ConnectionCounts, NeverLetMoreInThanBoundsAllowWhateverThreadsDo) {
  connection_counts counts(8, 3);
  std::atomic<int> inside{0}, most{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        if (!counts.enter(from("192.0.2.1"))) continue;
        const int now = ++inside;
        for (int seen = most.load(); seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        --inside;
        counts.leave(from("192.0.2.1"));
      }
    });
  for (std::thread& each : threads) each.join();
  EXPECT_LE(most.load(), 3);
  EXPECT_GE(most.load(), 1);
  EXPECT_EQ(counts.open(), 0u);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(counts.enter(from("192.0.2.1")));
  EXPECT_FALSE(counts.enter(from("192.0.2.1")));
}

}  // namespace
}  // namespace callgate::net
