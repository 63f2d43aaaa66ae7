// SPDX-License-Identifier: Apache-2.0
// Values of every type as scalars.
#include <callgate/provider/scalar.hpp>

#include <gtest/gtest.h>

namespace callgate {
namespace {

using kind = scalar::type;

TEST(Scalar, IsMadeOfEveryType) {
  EXPECT_EQ(scalar{}.kind, kind::null);
  EXPECT_EQ(scalar_of(true).kind, kind::boolean) << "a boolean is no integer";
  EXPECT_TRUE(scalar_of(true).boolean);
  EXPECT_EQ(scalar_of(-7).kind, kind::integer);
  EXPECT_EQ(scalar_of(-7).integer, -7);
  EXPECT_EQ(scalar_of(1.5F).kind, kind::number);
  EXPECT_EQ(scalar_of(1.5F).number, 1.5);
  EXPECT_EQ(scalar_of("text").kind, kind::text) << "a literal is no boolean";
  EXPECT_EQ(scalar_of("text").text, "text");
  EXPECT_EQ(scalar_of(std::string_view("a\0b", 3)).text.size(), 3U);
}

}  // namespace
}  // namespace callgate
