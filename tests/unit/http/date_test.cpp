// SPDX-License-Identifier: Apache-2.0
// Tests of the Date field's text.
#include <callgate/http/date.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <ctime>
#include <limits>
#include <random>
#include <string>

using callgate::http::format_imf_fixdate;

TEST(HttpDate, WritesTheExampleOfTheStandard) {
  EXPECT_EQ(format_imf_fixdate(784'111'777).view(), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(HttpDate, WritesTheFirstAndTheLastSecond) {
  EXPECT_EQ(format_imf_fixdate(0).view(), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(format_imf_fixdate(253'402'300'799).view(), "Fri, 31 Dec 9999 23:59:59 GMT");
}

TEST(HttpDate, StaysInItsFormForAnyNumber) {
  using limit = std::numeric_limits<std::int64_t>;
  EXPECT_EQ(format_imf_fixdate(limit::min()).view(), format_imf_fixdate(0).view());
  EXPECT_EQ(format_imf_fixdate(limit::max()).view(), format_imf_fixdate(253'402'300'799).view());
}

TEST(HttpDate, AgreesWithTheCLibrary) {
  std::mt19937_64 random{1};
  std::uniform_int_distribution<std::int64_t> seconds{0, 253'402'300'799};
  for (int i = 0; i < 2000; ++i) {
    const std::time_t at = seconds(random);
    std::tm parts{};
    gmtime_r(&at, &parts);
    char expected[64];
    std::strftime(expected, sizeof expected, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    ASSERT_EQ(std::string{format_imf_fixdate(at).view()}, expected) << at;
  }
}
