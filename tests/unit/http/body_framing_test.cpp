// SPDX-License-Identifier: Apache-2.0
// Tests of the names of framings.
#include <callgate/http/body_framing.hpp>

#include <gtest/gtest.h>

TEST(HttpBodyFraming, NamesEachFraming) {
  using callgate::http::body_framing;
  EXPECT_EQ(callgate::enum_name(body_framing::none), "none");
  EXPECT_EQ(callgate::enum_name(body_framing::content_length), "content_length");
  EXPECT_EQ(callgate::enum_name(body_framing::chunked), "chunked");
}
