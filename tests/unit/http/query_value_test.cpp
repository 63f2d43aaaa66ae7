// SPDX-License-Identifier: Apache-2.0
// Tests of query parameters.
#include <callgate/http/query_value.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string_view>

using callgate::http::query_value;

TEST(HttpQueryValue, FindsTheFirstOfItsName) {
  std::array<char, 8> scratch{};
  EXPECT_EQ(query_value("a=1&b=2&a=3", "a", scratch), "1");
  EXPECT_EQ(query_value("a=1&b=2&a=3", "b", scratch), "2");
  EXPECT_EQ(query_value("aa=1&a=2", "a", scratch), "2");
  EXPECT_EQ(query_value("a=b=c", "a", scratch), "b=c");
}

TEST(HttpQueryValue, AnswersNothingWithoutThatName) {
  std::array<char, 8> scratch{};
  EXPECT_FALSE(query_value("", "a", scratch));
  EXPECT_FALSE(query_value("ab=1", "a", scratch));
  EXPECT_FALSE(query_value("A=1", "a", scratch));
  EXPECT_FALSE(query_value("&&", "", scratch));
}

TEST(HttpQueryValue, TellsEmptyFromAbsent) {
  std::array<char, 8> scratch{};
  EXPECT_EQ(query_value("a", "a", scratch), "");
  EXPECT_EQ(query_value("x&a=&y", "a", scratch), "");
}

TEST(HttpQueryValue, PointsIntoTheQueryWhenNothingIsEscaped) {
  constexpr std::string_view query = "a=plain";
  EXPECT_EQ(query_value(query, "a", {})->data(), query.data() + 2);
}

TEST(HttpQueryValue, DecodesEscapesAndPlus) {
  std::array<char, 8> scratch{};
  EXPECT_EQ(query_value("a=%41+%2b%2F", "a", scratch), "A +/");
  EXPECT_EQ(query_value("a=%00", "a", scratch), std::string_view("\0", 1));
  EXPECT_EQ(query_value("t%61sk+id=1", "task id", scratch), "1");
}

TEST(HttpQueryValue, RefusesBadEscapes) {
  std::array<char, 8> scratch{};
  for (const std::string_view query : {"a=%", "a=%4", "a=%zz", "a=%4g", "a=x%-1"})
    EXPECT_FALSE(query_value(query, "a", scratch)) << query;
}

TEST(HttpQueryValue, SkipsOtherNamesWithBadEscapes) {
  std::array<char, 8> scratch{};
  EXPECT_EQ(query_value("%=1&%zz=2&a=3&b=%", "a", scratch), "3");
}

TEST(HttpQueryValue, DoesNotWriteBeyondTheScratch) {
  std::array<char, 4> memory{'x', 'x', 'x', 'x'};
  const std::span<char> three{memory.data(), 3};
  EXPECT_EQ(query_value("a=%41BC", "a", three), "ABC");
  EXPECT_FALSE(query_value("a=%41BCD", "a", three));
  EXPECT_EQ(memory[3], 'x');
}
