// SPDX-License-Identifier: Apache-2.0
// Values by their pointers.
#include <callgate/json/find.hpp>

#include "tests/support/exact_copy.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace callgate::json {
namespace {

std::optional<std::string> found(std::string_view text, std::string_view pointer) {
  const test::exact_copy copy{text}, where{pointer};
  const auto got = find(copy.view(), where.view());
  if (!got) return std::nullopt;
  return std::string{got->text};
}

// The examples of RFC 6901, section 5.
constexpr std::string_view rfc =
    R"({"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4,
                                     "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8})";

TEST(Find, FollowsTheExamplesOfTheRfc) {
  EXPECT_EQ(found(rfc, ""), rfc);
  EXPECT_EQ(found(rfc, "/foo"), R"(["bar", "baz"])");
  EXPECT_EQ(found(rfc, "/foo/0"), R"("bar")");
  EXPECT_EQ(found(rfc, "/foo/1"), R"("baz")");
  EXPECT_EQ(found(rfc, "/"), "0");
  EXPECT_EQ(found(rfc, "/a~1b"), "1");
  EXPECT_EQ(found(rfc, "/c%d"), "2");
  EXPECT_EQ(found(rfc, "/e^f"), "3");
  EXPECT_EQ(found(rfc, "/g|h"), "4");
  EXPECT_EQ(found(rfc, "/i\\j"), "5");
  EXPECT_EQ(found(rfc, "/k\"l"), "6");
  EXPECT_EQ(found(rfc, "/ "), "7");
  EXPECT_EQ(found(rfc, "/m~0n"), "8");
}

TEST(Find, ComparesNamesByWhatTheyStandFor) {
  EXPECT_EQ(found(R"({"t\u0061sk\u005fid":1})", "/task_id"), "1");
  EXPECT_EQ(found(R"({"\ud83c\udfb5":1})", "/\xf0\x9f\x8e\xb5"), "1");
  EXPECT_EQ(found(R"({"~1":1,"/":2,"~":3})", "/~01"), "1");
  EXPECT_EQ(found(R"({"~1":1,"/":2,"~":3})", "/~1"), "2");
}

TEST(Find, FindsNothingWhereNothingIs) {
  for (const std::string_view pointer :
       {"foo", "/bar", "/foo/2", "/foo/-", "/foo/00", "/foo/+1", "/foo/",
        "/foo/99999999999999999999", "/foo/0/0", "/fo", "/fooo", "/m~2n", "/m~", "//", "/foo/0/"})
    EXPECT_EQ(found(rfc, pointer), std::nullopt) << pointer;
  EXPECT_EQ(found("", ""), std::nullopt);
  EXPECT_EQ(found("[]", "/0"), std::nullopt);
  EXPECT_EQ(found("{}", "/"), std::nullopt);
}

TEST(Find, TakesTheFirstOfTwoAndTrimsSpace) {
  EXPECT_EQ(found(R"( { "a" : [ { "b" : 1.5 } , 2 ] , "a" : 3 } )", "/a/0/b"), "1.5");
  EXPECT_EQ(found(" [ ] ", ""), "[ ]");
}

TEST(Find, SurvivesEveryPrefix) {
  const std::string_view text = R"({"a":{"x":[1,"\u00e9",{}],"b":[true,{"c":"end"}]}})";
  ASSERT_EQ(found(text, "/a/b/1/c"), R"("end")");
  const std::size_t end = text.find("\"end\"") + 5;
  for (std::size_t n = 0; n < text.size(); ++n)
    EXPECT_EQ(found(text.substr(0, n), "/a/b/1/c").has_value(), n >= end) << n;
}

TEST(Find, IsNotLedAstrayByDepth) {
  EXPECT_EQ(found(std::string(100'000, '['), "/0/0/0"), std::nullopt);
  std::string pointer;
  for (int i = 0; i < 5000; ++i) pointer += "/0";
  EXPECT_EQ(found(std::string(5000, '[') + "1" + std::string(5000, ']'), pointer), "1");
}

}  // namespace
}  // namespace callgate::json
