// SPDX-License-Identifier: Apache-2.0
// Bodies of answers to what is no callback.
#include <callgate/net/error_body.hpp>

#include <gtest/gtest.h>

#include <string>

namespace callgate::net {
namespace {

TEST(ErrorBody, IsAnObjectWithTheName) {
  EXPECT_EQ(error_body("not_found").view(), R"({"error":"not_found"})");
  EXPECT_EQ(error_body("").view(), R"({"error":""})");
}

TEST(ErrorBody, StaysWholeForTheLongestName) {
  const std::string name(64, 'x');
  EXPECT_EQ(error_body(name).view(), "{\"error\":\"" + name + "\"}");
  EXPECT_EQ(error_body(name + "y").view(), "{\"error\":\"" + name + "\"}");
}

}  // namespace
}  // namespace callgate::net
