// SPDX-License-Identifier: Apache-2.0
// Tests of what a response takes over from its request.
#include <callgate/http/response_context.hpp>

#include <gtest/gtest.h>

namespace http = callgate::http;

TEST(HttpResponseContext, ClosesWhenThereIsNoRequest) {
  EXPECT_FALSE(http::response_context{}.keep_alive);
  EXPECT_FALSE(http::response_context{}.head_request);
}

TEST(HttpResponseContext, TakesOverWhatMatters) {
  http::request r;
  r.method = "HEAD";
  r.minor_version = 0;
  r.keep_alive = true;
  const auto context = http::response_context::of(r);
  EXPECT_TRUE(context.keep_alive);
  EXPECT_TRUE(context.head_request);
  EXPECT_TRUE(context.http_1_0);
}

TEST(HttpResponseContext, KnowsHeadByItsExactSpelling) {
  http::request r;
  r.method = "head";
  EXPECT_FALSE(http::response_context::of(r).head_request);
  EXPECT_FALSE(http::response_context::of(r).http_1_0);
}
