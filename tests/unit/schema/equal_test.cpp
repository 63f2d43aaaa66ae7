// SPDX-License-Identifier: Apache-2.0
// Equality of JSON values, whatever they look like.
#include <callgate/schema/equal.hpp>

#include "tests/support/exact_copy.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace callgate::schema {
namespace {

bool same(std::string_view one, std::string_view other) {
  const test::exact_copy copy{one}, others{other};
  const bool there = equal(json::cursor{copy.view()}, json::cursor{others.view()});
  EXPECT_EQ(there, equal(json::cursor{others.view()}, json::cursor{copy.view()})) << "both ways";
  return there;
}

TEST(equal, texts_by_their_characters) {
  EXPECT_TRUE(same(R"("a/\u00e9")", "\"a\\/\xc3\xa9\""));
  EXPECT_TRUE(same(R"("\ud83c\udfb5")", "\"\xf0\x9f\x8e\xb5\""));
  EXPECT_FALSE(same(R"("\u00e9")", "\"\xc3\xa9x\""));
  EXPECT_FALSE(same(R"("\n")", R"("n")"));
  EXPECT_FALSE(same(R"("")", R"("\u0000")"));
}

TEST(equal, numbers_by_their_value) {
  EXPECT_TRUE(same("1", "1.0"));
  EXPECT_TRUE(same("-0", "0"));
  EXPECT_FALSE(same("9007199254740993", "9007199254740992"));
  EXPECT_FALSE(same("1", "true"));
  EXPECT_FALSE(same("0", "false"));
  EXPECT_FALSE(same("1", "\"1\""));
}

TEST(equal, objects_in_any_order) {
  EXPECT_TRUE(same(R"({"a":1,"b":[{}]})", R"({ "b" : [ { } ] , "\u0061" : 1e0 })"));
  EXPECT_FALSE(same(R"({"a":1})", R"({"a":1,"b":1})"));
  EXPECT_FALSE(same(R"({"a":1,"b":2})", R"({"a":2,"b":1})"));
}

TEST(equal, objects_with_a_name_twice) {
  EXPECT_FALSE(same(R"({"a":1,"a":1})", R"({"a":1,"b":2})"));
  EXPECT_FALSE(same(R"({"a":1,"a":1})", R"({"a":1,"a":2})"));
  EXPECT_TRUE(same(R"({"a":1,"a":2})", R"({"a":2,"\u0061":1})"));
}

TEST(equal, arrays_in_their_order) {
  EXPECT_TRUE(same("[1,[2]]", "[ 1.0 , [2] ]"));
  EXPECT_FALSE(same("[1,2]", "[2,1]"));
  EXPECT_FALSE(same("[1]", "[1,1]"));
  EXPECT_FALSE(same("[]", "{}"));
}

TEST(equal, literals) {
  EXPECT_TRUE(same("null", "null"));
  EXPECT_FALSE(same("true", "false"));
  EXPECT_FALSE(same("null", "false"));
}

}  // namespace
}  // namespace callgate::schema
