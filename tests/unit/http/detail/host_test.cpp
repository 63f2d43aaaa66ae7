// SPDX-License-Identifier: Apache-2.0
// Tests of what counts as a host.
#include <callgate/http/detail/host.hpp>

#include <gtest/gtest.h>

#include <string_view>

using callgate::http::detail::is_host;

TEST(HttpHost, TakesNamesAndAddresses) {
  for (const std::string_view text :
       {"a", "A-b.c_d~e", "127.0.0.1", "a:80", "a:", "a:0", "a:65535", "[::1]", "[::1]:80",
        "[fe80::1]:", "[::]", "[1::]", "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]",
        "[::2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7.8.9.0]", "[::255.0.0.1]", "xn--bcher-kva.example."})
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
                                      "[1]",
                                      "[:]",
                                      "[:::]",
                                      "[1:]",
                                      "[:1]",
                                      "[1:::2]",
                                      "[1::2::3]",
                                      "[1:2:3:4:5:6:7]",
                                      "[1:2:3:4:5:6:7:8:9]",
                                      "[1::3:4:5:6:7:8:9]",
                                      "[12345::]",
                                      "[1.2.3.4]",
                                      "[::1.2.3]",
                                      "[::1.2.3.4.5]",
                                      "[::1.2.3.256]",
                                      "[::01.2.3.4]",
                                      "[::1.2.3.4:5]",
                                      "[::1..3.4]",
                                      "[...]",
                                      "a%2e",
                                      "a\x7f",
                                      "\xc3\xa4"})
    EXPECT_FALSE(is_host(text)) << text;
}
