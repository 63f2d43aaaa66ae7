// SPDX-License-Identifier: Apache-2.0
// Base URLs: what is one, and what is made of it.
#include <callgate/server/public_url.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace callgate {
namespace {

TEST(PublicUrl, IsTheBaseOfCallbackUrls) {
  EXPECT_EQ(public_url("https://hooks.example.com").of("/callbacks/suno"),
            "https://hooks.example.com/callbacks/suno");
  EXPECT_EQ(public_url("https://example.com/base/").of("/callbacks/suno"),
            "https://example.com/base/callbacks/suno");
  EXPECT_EQ(public_url("http://[::1]:8080").of("/x"), "http://[::1]:8080/x");
  EXPECT_EQ(public_url("HTTPS://example.com:8443").text(), "HTTPS://example.com:8443");
}

TEST(PublicUrl, MayBeNone) {
  EXPECT_TRUE(public_url().empty());
  EXPECT_TRUE(public_url("").empty());
}

TEST(PublicUrl, IsRefusedWhenItIsNoBase) {
  for (const std::string_view bad :
       {"hooks.example.com", "ftp://example.com", "https:/example.com", "https://", "https:///path",
        "/", "https://example.com?x=1", "https://example.com/#top", "https://user@example.com",
        "https://exa mple.com", "https://example.com:port", "https://:80", "https://example.com:",
        "https://[::1", "https://example.com/\"", "https://example.com/\xc3\xbc"})
    EXPECT_THROW(public_url{bad}, startup_error) << bad;
  EXPECT_THROW(public_url("https://example.com/" + std::string(public_url::max_bytes, 'a')),
               startup_error);
}

}  // namespace
}  // namespace callgate
