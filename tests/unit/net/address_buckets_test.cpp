// SPDX-License-Identifier: Apache-2.0
// Buckets of addresses: apart from each other, never full of them, safe among threads.
#include <callgate/net/address_buckets.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace callgate::net {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr rate_limit one_a_second{.per_second = 1, .burst = 2};

peer_address from(std::string_view written) {
  return peer_address::parse(written).value();
}
peer_address numbered(std::size_t number) {
  return from("10." + std::to_string(number / 65536) + "." + std::to_string(number / 256 % 256) +
              "." + std::to_string(number % 256));
}

TEST(AddressBuckets, LimitEachAddressApart) {
  address_buckets buckets(one_a_second, 1024);
  const std::int64_t now = 5 * second;
  EXPECT_EQ(buckets.take(from("192.0.2.1"), now), 0);
  EXPECT_EQ(buckets.take(from("192.0.2.1"), now), 0);
  EXPECT_EQ(buckets.take(from("192.0.2.1"), now), second);
  EXPECT_EQ(buckets.take(from("192.0.2.2"), now), 0);
  EXPECT_EQ(buckets.take(from("192.0.2.1"), now + second), 0);
}

TEST(AddressBuckets, LimitAnIpv6SiteAsOneAddress) {
  address_buckets buckets(one_a_second, 1024);
  EXPECT_EQ(buckets.take(from("2001:db8::1"), second), 0);
  EXPECT_EQ(buckets.take(from("2001:db8::2"), second), 0);
  EXPECT_NE(buckets.take(from("2001:db8::3"), second), 0);
  EXPECT_EQ(buckets.take(from("2001:db8:0:1::1"), second), 0);
}

TEST(AddressBuckets, RefuseNobodyBecauseOfOthersHoweverManyTheyAre) {
  address_buckets buckets(one_a_second, 64);
  for (std::size_t i = 0; i < 10'000; ++i)
    ASSERT_EQ(buckets.take(numbered(i), second), 0) << "all at one moment, and all active";
}

// Two addresses a group on average: hardly a group has more than eight.
TEST(AddressBuckets, KeepWhoIsOverTheLimitWhileThereIsRoom) {
  address_buckets buckets(one_a_second, 4096);
  const std::size_t addresses = buckets.capacity() / 4;
  for (std::size_t i = 0; i < addresses; ++i)
    for (int n = 0; n < 2; ++n) (void)buckets.take(numbered(i), second);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < addresses; ++i)
    refused += buckets.take(numbered(i), second) != 0 ? 1 : 0;
  EXPECT_GE(refused, addresses * 98 / 100);
}

TEST(AddressBuckets, HaveRoomForAPowerOfTwoInGroupsOfEight) {
  for (const auto& [asked, room] :
       {std::pair{0u, 8u}, {1u, 8u}, {8u, 8u}, {9u, 16u}, {64u, 64u}, {65u, 128u}, {4096u, 4096u}})
    EXPECT_EQ(address_buckets(one_a_second, asked).capacity(), room) << asked;
}

TEST(AddressBuckets, GiveUpTheOneThatWasUsedLeast) {
  address_buckets buckets({.per_second = 1, .burst = 100}, 1);
  const std::size_t room = buckets.capacity();
  for (std::size_t i = 0; i < room; ++i)
    for (std::size_t n = 0; n <= i; ++n) ASSERT_EQ(buckets.take(numbered(i), second), 0);
  ASSERT_EQ(room, 8u) << "one group";
  EXPECT_EQ(buckets.take(numbered(1000), second), 0);  // takes the place of the first
  std::size_t left = 0;                                // of the last one's tokens
  while (buckets.take(numbered(room - 1), second) == 0) ++left;
  EXPECT_EQ(left, 100 - room);
}

TEST(AddressBuckets, AreFullAgainAfterARestSoThatTheirPlaceIsFree) {
  address_buckets buckets(one_a_second, 1);
  for (std::size_t i = 0; i < 8; ++i)
    for (int n = 0; n < 2; ++n) ASSERT_EQ(buckets.take(numbered(i), second), 0);
  for (std::size_t i = 8; i < 16; ++i)  // all of the first are full again
    for (int n = 0; n < 2; ++n) ASSERT_EQ(buckets.take(numbered(i), 10 * second), 0);
  for (std::size_t i = 8; i < 16; ++i) EXPECT_NE(buckets.take(numbered(i), 10 * second), 0);
}

TEST(AddressBuckets, LimitAlsoWhileThreadsFightForAFewPlaces) {
  address_buckets buckets({.per_second = 0.001, .burst = 500}, 64);
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 5000; ++i)
        taken += buckets.take(numbered(static_cast<std::size_t>(i) % 3), second) == 0 ? 1 : 0;
    });
  for (std::thread& each : threads) each.join();
  EXPECT_GE(taken, 3 * 500);
  EXPECT_LE(taken, 3 * 500 + 4 * 3);
}

}  // namespace
}  // namespace callgate::net
