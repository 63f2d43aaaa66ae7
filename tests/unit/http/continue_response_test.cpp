// SPDX-License-Identifier: Apache-2.0
// Tests of the interim response.
#include <callgate/http/continue_response.hpp>

#include <gtest/gtest.h>

TEST(HttpContinueResponse, IsAStatusLineAndAnEmptyLine) {
  EXPECT_EQ(callgate::http::continue_response, "HTTP/1.1 100 Continue\r\n\r\n");
}
