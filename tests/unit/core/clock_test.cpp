// SPDX-License-Identifier: Apache-2.0
// Wall-clock time and its text.
#include <callgate/core/clock.hpp>

#include <gtest/gtest.h>

namespace callgate {
namespace {

TEST(Clock, WritesTimestampsWithMicroseconds) {
  EXPECT_EQ(format_timestamp(0).view(), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(format_timestamp(1'767'816'453'101'250).view(), "2026-01-07T20:07:33.101250Z");
  EXPECT_EQ(format_timestamp(951'782'400'000'000).view(), "2000-02-29T00:00:00.000000Z");
}

TEST(Clock, WritesTimesBefore1970) {
  EXPECT_EQ(format_timestamp(-1).view(), "1969-12-31T23:59:59.999999Z");
}

TEST(Clock, IsWithinThisCenturyAndDoesNotStandStill) {
  const unix_micros first = wall_now();
  EXPECT_GT(first, 1'700'000'000'000'000);
  EXPECT_LT(first, 4'000'000'000'000'000);
  while (wall_now() == first) {
  }
}

}  // namespace
}  // namespace callgate
