// SPDX-License-Identifier: Apache-2.0
// Tests of a request's defaults, and of one that is used again.
#include <callgate/http/request.hpp>

#include <gtest/gtest.h>

TEST(HttpRequest, HasNoBodyAndClosesUntilParsed) {
  const callgate::http::request r;
  EXPECT_EQ(r.framing, callgate::http::body_framing::none);
  EXPECT_FALSE(r.keep_alive);
  EXPECT_FALSE(r.expect_continue);
  EXPECT_TRUE(r.fields.empty());
}

TEST(HttpRequest, IsAsItWasMadeOnceItIsCleared) {
  callgate::http::request r;
  // One more member, and this does not compile: it belongs into clear(), too.
  auto& [method, target, minor, keeps, expects, framing, length, host, type, fields] = r;
  method = host = type = "x";
  target = {"p", "q", "a"};
  minor = 0;
  keeps = expects = true;
  framing = callgate::http::body_framing::chunked;
  length = 7;
  ASSERT_TRUE(fields.push_back({"n", "v"}));
  r.clear();
  const callgate::http::request made;
  EXPECT_EQ(r.method, made.method);
  EXPECT_EQ(r.target.path, made.target.path);
  EXPECT_EQ(r.target.query, made.target.query);
  EXPECT_EQ(r.target.authority, made.target.authority);
  EXPECT_EQ(r.minor_version, made.minor_version);
  EXPECT_EQ(r.keep_alive, made.keep_alive);
  EXPECT_EQ(r.expect_continue, made.expect_continue);
  EXPECT_EQ(r.framing, made.framing);
  EXPECT_EQ(r.content_length, made.content_length);
  EXPECT_EQ(r.host, made.host);
  EXPECT_EQ(r.content_type, made.content_type);
  EXPECT_TRUE(r.fields.empty());
  EXPECT_FALSE(r.fields.find("n"));
}
