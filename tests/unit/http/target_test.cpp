// SPDX-License-Identifier: Apache-2.0
// Tests of request targets.
#include <callgate/http/target.hpp>

#include <gtest/gtest.h>

#include <string_view>

namespace http = callgate::http;

namespace {

void expect_split(std::string_view text, const http::target& expected) {
  const auto got = http::parse_target(text, "GET");
  ASSERT_TRUE(got) << text;
  EXPECT_EQ(got->path, expected.path) << text;
  EXPECT_EQ(got->query, expected.query) << text;
  EXPECT_EQ(got->authority, expected.authority) << text;
}

void expect_refused(std::string_view text, http::errc why, std::string_view method = "GET") {
  const auto got = http::parse_target(text, method);
  ASSERT_FALSE(got) << text;
  EXPECT_EQ(got.error(), why) << text;
}

}  // namespace

TEST(HttpTarget, SplitsTheOriginForm) {
  expect_split("/", {"/", "", ""});
  expect_split("/a/b", {"/a/b", "", ""});
  expect_split("/a?b=c", {"/a", "b=c", ""});
  expect_split("/a?b?c", {"/a", "b?c", ""});
  expect_split("/?", {"/", "", ""});
  expect_split("//evil.example/x", {"//evil.example/x", "", ""});
}

TEST(HttpTarget, SplitsTheAbsoluteForm) {
  expect_split("http://a.example/p?q", {"/p", "q", "a.example"});
  expect_split("hTTpS://a:1", {"/", "", "a:1"});
  expect_split("http://a?q", {"/", "q", "a"});
  expect_split("http://[::1]:80/", {"/", "", "[::1]:80"});
}

TEST(HttpTarget, TakesTheAsteriskOnlyWithOptions) {
  const auto got = http::parse_target("*", "OPTIONS");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->path, "*");
  expect_refused("*", http::errc::bad_target);
  expect_refused("*", http::errc::bad_target, "options");
  expect_refused("*?a", http::errc::bad_target, "OPTIONS");
}

TEST(HttpTarget, RefusesBytesThatNoClientSendsAsTheyAre) {
  for (int c = 0; c < 256; ++c) {
    const char text[] = {'/', static_cast<char>(c)};
    const bool fine = c > 0x20 && c < 0x7f &&
                      std::string_view{"#%\"<>\\"}.find(text[1]) == std::string_view::npos;
    EXPECT_EQ(http::parse_target({text, 2}, "GET").has_value(), fine) << c;
  }
}

TEST(HttpTarget, TakesAPercentWithTwoDigitsOnly) {
  expect_split("/%00%aF?%2f", {"/%00%aF", "%2f", ""});
  for (const std::string_view text : {"/%", "/%1", "/%g0", "/%0g", "/%%20", "/%4?1", "/?%", "/%"})
    expect_refused(text, http::errc::bad_target);
}

TEST(HttpTarget, RefusesOtherForms) {
  expect_refused("", http::errc::bad_target);
  expect_refused("a", http::errc::bad_target);
  expect_refused("a:80", http::errc::bad_target, "CONNECT");
  expect_refused("http:/a", http::errc::bad_target);
  expect_refused("http://", http::errc::bad_target);
  expect_refused("file://a/b", http::errc::bad_target);
}

TEST(HttpTarget, RefusesABadAuthority) {
  expect_refused("http:///p", http::errc::bad_host);
  expect_refused("http://u@a/", http::errc::bad_host);
  expect_refused("http://a:b/", http::errc::bad_host);
}
