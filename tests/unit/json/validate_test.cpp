// SPDX-License-Identifier: Apache-2.0
// Texts that are JSON, and texts that are not.
#include <callgate/json/validate.hpp>

#include "tests/support/exact_copy.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace callgate::json {
namespace {

using namespace std::literals;

std::optional<error> checked(std::string_view text) {
  return validate(test::exact_copy{text}.view());
}

TEST(Validate, TakesJson) {
  for (const std::string_view text :
       {"0"sv, " null\n"sv, "\t\"\"\r"sv, "[]"sv, "{}"sv, R"({"":{"":[]}})"sv,
        "[1,2.5e3,-0,\"x\",true,false]"sv, R"({"a":1,"a":2})"sv, "\"\xf0\x9f\x8e\xb5\""sv})
    EXPECT_FALSE(checked(text)) << text;
}

struct refused {
  std::string_view text;
  errc code;
  std::size_t offset;
};

TEST(Validate, SaysWhereAndWhyATextIsNot) {
  for (const refused& r : {
           refused{"", errc::unexpected_end, 0},
           {"  ", errc::unexpected_end, 2},
           {"\xef\xbb\xbf{}", errc::unexpected_byte, 0},
           {"\0"sv, errc::unexpected_byte, 0},
           {"1\0"sv, errc::trailing_bytes, 1},
           {"1 2", errc::trailing_bytes, 2},
           {"{} x", errc::trailing_bytes, 3},
           {"[1,]", errc::unexpected_byte, 3},
           {"[,1]", errc::unexpected_byte, 1},
           {"[1 2]", errc::unexpected_byte, 3},
           {R"({"a":1,})", errc::unexpected_byte, 7},
           {R"({"a" 1})", errc::unexpected_byte, 5},
           {R"({"a",1})", errc::unexpected_byte, 4},
           {"{1:2}", errc::unexpected_byte, 1},
           {"{a:2}", errc::unexpected_byte, 1},
           {"'a'", errc::unexpected_byte, 0},
           {"[1]/*x*/", errc::trailing_bytes, 3},
           {"True", errc::unexpected_byte, 0},
           {"trve", errc::bad_literal, 2},
           {"nul", errc::unexpected_end, 3},
           {"+1", errc::bad_number, 0},
           {".5", errc::bad_number, 0},
           {"NaN", errc::bad_number, 0},
           {"-Infinity", errc::bad_number, 1},
           {"01", errc::bad_number, 1},
           {"0x1", errc::trailing_bytes, 1},
           {"\"\n\"", errc::bad_string, 1},
           {R"("\q")", errc::bad_escape, 2},
           {R"("\udc00")", errc::bad_surrogate, 1},
           {"\"\xc0\"", errc::bad_utf8, 1},
           {"[\v1]", errc::unexpected_byte, 1},
           {"[\xc2\xa0"
            "1]",
            errc::unexpected_byte, 1},
       }) {
    const auto got = checked(r.text);
    ASSERT_TRUE(got) << r.text;
    EXPECT_EQ(enum_name(got->code), enum_name(r.code)) << r.text;
    EXPECT_EQ(got->offset, r.offset) << r.text;
    EXPECT_EQ(got->pointer(), "");
  }
}

TEST(Validate, RefusesEveryPrefix) {
  const std::string_view whole = R"( {"a":[1.5e+3,true,null,"x\n\ud83c\udfb5"],"b":{"c":[[],{}]}})";
  ASSERT_FALSE(checked(whole));
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const auto got = checked(whole.substr(0, n));
    ASSERT_TRUE(got) << whole.substr(0, n);
    EXPECT_EQ(got->code, errc::unexpected_end) << whole.substr(0, n);
    EXPECT_EQ(got->offset, n);
  }
}

TEST(Validate, BoundsTheDepth) {
  EXPECT_FALSE(checked(std::string(limits::max_depth, '[') + std::string(limits::max_depth, ']')));
  EXPECT_EQ(checked(std::string(limits::max_depth + 1, '['))->code, errc::depth_exceeded);
  EXPECT_FALSE(validate("[[1]]", 2));
  EXPECT_EQ(validate("[[1]]", 1)->offset, 1U);
}

}  // namespace
}  // namespace callgate::json
