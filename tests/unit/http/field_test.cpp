// SPDX-License-Identifier: Apache-2.0
// Tests of a header field.
#include <callgate/http/field.hpp>

#include <gtest/gtest.h>

TEST(HttpField, IsEmptyWhenNothingIsSaid) {
  constexpr callgate::http::field f{};
  EXPECT_TRUE(f.name.empty());
  EXPECT_TRUE(f.value.empty());
}
