// SPDX-License-Identifier: Apache-2.0
// Tests of the names of parser statuses.
#include <callgate/http/parse_status.hpp>

#include <gtest/gtest.h>

TEST(HttpParseStatus, NamesEachStatus) {
  using callgate::http::parse_status;
  EXPECT_EQ(callgate::enum_name(parse_status::need_more), "need_more");
  EXPECT_EQ(callgate::enum_name(parse_status::complete), "complete");
  EXPECT_EQ(callgate::enum_name(parse_status::error), "error");
}
