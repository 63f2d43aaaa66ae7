// SPDX-License-Identifier: Apache-2.0
// Tests of a request's defaults.
#include <callgate/http/request.hpp>

#include <gtest/gtest.h>

TEST(HttpRequest, HasNoBodyAndClosesUntilParsed) {
  const callgate::http::request r;
  EXPECT_EQ(r.framing, callgate::http::body_framing::none);
  EXPECT_FALSE(r.keep_alive);
  EXPECT_FALSE(r.expect_continue);
  EXPECT_TRUE(r.fields.empty());
}
