// SPDX-License-Identifier: Apache-2.0
#include <callgate/http/method.hpp>

#include <gtest/gtest.h>

namespace http = callgate::http;

TEST(Method, KnowsThoseOfHttpAndPatch) {
  for (const char* method :
       {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})
    EXPECT_TRUE(http::is_known_method(method)) << method;
}

TEST(Method, KnowsNoOther) {
  for (const char* method : {"", "get", "Post", "POSTS", "POS", "PROPFIND", "PRI", "QUERY"})
    EXPECT_FALSE(http::is_known_method(method)) << method;
}
