// SPDX-License-Identifier: Apache-2.0
// Going over values without taking them.
#include <callgate/json/skip.hpp>

#include "tests/support/exact_copy.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace callgate::json {
namespace {

TEST(Skip, StopsRightBehindTheValue) {
  for (const std::string value :
       {"1", "-0.5e3", "true", "false", "null", R"("a\"]")", "[]", "{}", R"([1,[2,{"a":[]}],"]"])",
        R"({"a":{"b":[{}]},"c":"}"})", "[ 1 , { } ]"}) {
    const test::exact_copy copy{value + ",x"};
    cursor in{copy.view()};
    EXPECT_TRUE(skip_value(in, 32)) << value;
    EXPECT_EQ(in.at, copy.view().data() + value.size()) << value;
  }
}

TEST(Skip, KnowsWhichBracketClosesWhat) {
  for (const std::string_view text : {"[}", "{]", "[{]}", R"({"a":[}})", "[[}]", R"([{"a":1]])"}) {
    cursor in{text};
    EXPECT_FALSE(skip_value(in, 32)) << text;
    EXPECT_EQ(in.code, errc::unexpected_byte) << text;
  }
}

TEST(Skip, OpensAsManyContainersAsItMay) {
  for (const std::size_t depth : {0U, 1U, 2U, 63U, 64U, 65U, 1024U}) {
    for (const std::size_t n : {depth, depth + 1}) {
      std::string text = "7";
      for (std::size_t i = 0; i < n; ++i)
        text = i % 3 == 1 ? "{\"a\":" + text + "}" : "[" + text + "]";
      cursor in{text};
      EXPECT_EQ(skip_value(in, depth), n <= depth) << depth;
      if (n > depth) {
        EXPECT_EQ(in.code, errc::depth_exceeded);
        EXPECT_TRUE(in.peek() == '[' || in.peek() == '{');
      }
    }
  }
}

TEST(Skip, NeverOpensMoreThanMaxNesting) {
  const std::string text(max_nesting + 1, '[');
  cursor in{text};
  EXPECT_FALSE(skip_value(in, 1'000'000));
  EXPECT_EQ(in.code, errc::depth_exceeded);
  EXPECT_EQ(in.at, text.data() + max_nesting);
}

}  // namespace
}  // namespace callgate::json
