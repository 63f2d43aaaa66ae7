// SPDX-License-Identifier: Apache-2.0
// The rates of a server: each kind apart, none by default, mistakes named at start.
#include <callgate/server/rate_limits.hpp>

#include <gtest/gtest.h>

#include <string>

namespace callgate {
namespace {

constexpr rate_limit two_at_once{.per_second = 0.01, .burst = 2};

net::peer_address from(std::string_view written) {
  return net::peer_address::parse(written).value();
}

std::string problem_of(const rate_options& how) {
  try {
    rate_limits limits(how, 1);
  } catch (const startup_error& error) {
    return error.what();
  }
  return "none";
}

TEST(RateLimits, AreNoneUnlessGiven) {
  rate_limits limits({}, 2);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(limits.wait_of_address(from("192.0.2.1")), 0);
    ASSERT_EQ(limits.wait_of_mount(1), 0);
  }
}

TEST(RateLimits, CountAddressesApart) {
  rate_limits limits({.per_address = two_at_once}, 1);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(limits.wait_of_address(from("192.0.2.1")), 0);
  EXPECT_GT(limits.wait_of_address(from("192.0.2.1")), 98'000'000'000);
  EXPECT_EQ(limits.wait_of_address(from("192.0.2.2")), 0);
  EXPECT_EQ(limits.wait_of_mount(0), 0);
}

TEST(RateLimits, TellNoMoreAddressesApartThanTheyMay) {
  const auto wait_after_many_others = [](rate_limits& limits) {
    const auto take_all = [&](std::string_view address) {
      for (int i = 0; i < 2; ++i) (void)limits.wait_of_address(from(address));
    };
    take_all("192.0.2.1");
    for (int i = 0; i < 1000; ++i)
      take_all("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250));
    return limits.wait_of_address(from("192.0.2.1"));
  };
  rate_limits few({.per_address = two_at_once, .max_addresses = 64}, 1);
  EXPECT_EQ(wait_after_many_others(few), 0) << "it starts anew";
  rate_limits by_default({.per_address = two_at_once}, 1);
  EXPECT_GT(wait_after_many_others(by_default), 0);
}

TEST(RateLimits, CountMountsApart) {
  rate_limits limits({.per_mount = two_at_once}, 2);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(limits.wait_of_mount(0), 0);
  EXPECT_GT(limits.wait_of_mount(0), 0);
  EXPECT_EQ(limits.wait_of_mount(1), 0);
  EXPECT_EQ(limits.wait_of_address(from("192.0.2.1")), 0);
}

TEST(RateLimits, NameTheMistake) {
  EXPECT_EQ(problem_of({.per_address = {.per_second = -1}}),
            "the rate of one address is no limit: a rate is 0 to 1000000 per second");
  EXPECT_EQ(problem_of({.per_mount = {.burst = 3}}),
            "the rate of one mount is no limit: a burst without a rate limits nothing: give a "
            "rate, too");
}

}  // namespace
}  // namespace callgate
