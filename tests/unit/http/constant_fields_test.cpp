// SPDX-License-Identifier: Apache-2.0
// Tests of fields that are checked when compiling.
#include <callgate/http/constant_fields.hpp>

#include <gtest/gtest.h>

namespace http = callgate::http;
namespace detail = callgate::http::detail;

TEST(HttpConstantFields, AreTheBytesThatAreSent) {
  constexpr http::constant_fields two{"X-A: b\r\nX-C:  d\te: f \r\n"};
  EXPECT_EQ(two.text(), "X-A: b\r\nX-C:  d\te: f \r\n");
  constexpr http::constant_fields none{""};  // as a temporary it crashes clang 14
  EXPECT_EQ(none.text(), "");
}

TEST(HttpConstantFields, KnowTheFieldsThatTheWriterIsInChargeOf) {
  EXPECT_TRUE(detail::is_framing("Content-Length"));
  EXPECT_TRUE(detail::is_framing("TRANSFER-encoding"));
  EXPECT_TRUE(detail::is_framing("connection"));
  EXPECT_FALSE(detail::is_framing("Content-Lengths"));
  EXPECT_FALSE(detail::is_framing("Connectiom"));
  EXPECT_FALSE(detail::is_framing("Content-Type"));
}
