// SPDX-License-Identifier: Apache-2.0
#include <callgate/core/timestamp.hpp>

#include <gtest/gtest.h>

namespace callgate {
namespace {

constexpr unix_micros at = 1'767'816'453'101'250;  // 2026-01-07T20:07:33.101250Z

TEST(Timestamp, ReadsWhatFormatTimestampWrites) {
  for (const unix_micros time : {at, unix_micros{0}, unix_micros{1}, unix_micros{-1}, at - 101'250})
    EXPECT_EQ(parse_timestamp(format_timestamp(time).view()), time);
}

TEST(Timestamp, ReadsTheOtherFormsOfTheRfc) {
  EXPECT_EQ(parse_timestamp("2026-01-07T20:07:33Z"), at - 101'250);
  EXPECT_EQ(parse_timestamp("2026-01-07t20:07:33z"), at - 101'250);
  EXPECT_EQ(parse_timestamp("2026-01-07T20:07:33.1Z"), at - 1'250);
  EXPECT_EQ(parse_timestamp("2026-01-07T20:07:33.101250999Z"), at);
  EXPECT_EQ(parse_timestamp("2026-01-07T21:37:33.10125+01:30"), at);
  EXPECT_EQ(parse_timestamp("2026-01-07T12:07:33.10125-08:00"), at);
  EXPECT_EQ(parse_timestamp("2024-02-29T00:00:00Z"), 1'709'164'800'000'000);
}

TEST(Timestamp, RefusesEverythingElse) {
  for (const char* text : {"",
                           "now",
                           "2026-01-07",
                           "2026-01-07T20:07:33",
                           "2026-01-07 20:07:33Z",
                           "2026-13-07T20:07:33Z",
                           "2026-02-29T20:07:33Z",
                           "2026-01-07T24:07:33Z",
                           "2026-01-07T20:60:33Z",
                           "2026-01-07T20:07:61Z",
                           "2026-01-07T20:07:33.Z",
                           "2026-01-07T20:07:33Z ",
                           " 2026-01-07T20:07:33Z",
                           "2026-01-07T20:07:33+1:00",
                           "2026-01-07T20:07:33+01:00Z",
                           "2026-01-07T20:07:33+24:00",
                           "2026-01-07T20:07:33 01:00",
                           "2026-1-7T20:07:33Z",
                           "+2026-01-07T20:07:33Z",
                           "1767816453101250"})
    EXPECT_EQ(parse_timestamp(text), std::nullopt) << text;
}

}  // namespace
}  // namespace callgate
