// SPDX-License-Identifier: Apache-2.0
// Tests of what counts as a host.
#include <callgate/http/detail/host.hpp>

#include <gtest/gtest.h>

#include <string_view>

using callgate::http::detail::is_host;

TEST(HttpHost, TakesNamesAndAddresses) {
  for (const std::string_view text : {"a", "A-b.c_d~e", "127.0.0.1", "a:80", "a:", "a:0", "a:65535",
                                      "[::1]", "[::1]:80", "[fe80::1]:", "xn--bcher-kva.example."})
    EXPECT_TRUE(is_host(text)) << text;
}

TEST(HttpHost, RefusesEverythingElse) {
  for (const std::string_view text : {"",
                                      ":",
                                      ":80",
                                      "a b",
                                      "a/b",
                                      "a?b",
                                      "a#b",
                                      "u@a",
                                      "a,b",
                                      "a:80:80",
                                      "a:-1",
                                      "a:65536",
                                      "a:99999999999999999999",
                                      "[",
                                      "]",
                                      "[]",
                                      "[::1",
                                      "::1]",
                                      "[::1]80",
                                      "[::1]:x",
                                      "[g::1]",
                                      "[::1%25eth0]",
                                      "a%2e",
                                      "a\x7f",
                                      "\xc3\xa4"})
    EXPECT_FALSE(is_host(text)) << text;
}
