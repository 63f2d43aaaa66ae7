// SPDX-License-Identifier: Apache-2.0
#include <callgate/server/api_parameters.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace callgate {
namespace {

constexpr std::array<std::string_view, 2> known{"one", "two"};

TEST(ApiParameters, ReadsWhatIsGiven) {
  const auto given = api_parameters::read("&one=a%2Fb+c&&two", known);
  ASSERT_TRUE(given);
  EXPECT_EQ(given->find("one"), "a/b c");
  EXPECT_EQ(given->find("two"), "");
  EXPECT_EQ(given->text("two"), "");
  EXPECT_FALSE(given->find("three"));
  EXPECT_EQ(api_parameters::read("%6fne=1=2", known)->find("one"), "1=2");
  EXPECT_TRUE(api_parameters::read("", {}));
}

std::string refusal(std::string_view query) {
  const auto given = api_parameters::read(query, known);
  return given ? "none" : given.error().body;
}

TEST(ApiParameters, RefusesWhatItDoesNotUnderstand) {
  EXPECT_EQ(refusal("tow=1"), R"({"error":"unknown_parameter","message":)"
                              R"("'tow' is no parameter here: known are one, two"})");
  EXPECT_EQ(refusal("ONE=1").substr(0, 29), R"({"error":"unknown_parameter",)") << "case matters";
  EXPECT_EQ(refusal("one=1&one=1"),
            R"({"error":"repeated_parameter","message":"one may be given once"})");
  for (const char* bad : {"one=%", "one=%4", "one=%zz", "%zz=1"})
    EXPECT_EQ(
        refusal(bad),
        R"({"error":"bad_query","message":"the query has a bad escape: % takes two hex digits"})")
        << bad;
  EXPECT_EQ(
      api_parameters::read("x", {}).error().body,
      R"({"error":"unknown_parameter","message":"'x' is no parameter here: there are none"})");
}

TEST(ApiParameters, ReadsNumbersWithinTheirBounds) {
  const auto number = [](std::string_view query) {
    return api_parameters::read(query, known)->number("one", 5, -2, 10);
  };
  EXPECT_EQ(*number(""), 5);
  EXPECT_EQ(*number("one=-2"), -2);
  EXPECT_EQ(*number("one=10"), 10);
  for (const char* bad :
       {"one", "one=-3", "one=11", "one=1.0", "one=x", "one=1x", "one=99999999999999999999"}) {
    ASSERT_FALSE(number(bad)) << bad;
    EXPECT_EQ(number(bad).error().status, 400);
    EXPECT_EQ(number(bad).error().body,
              R"({"error":"bad_one","message":"one must be a number from -2 to 10"})");
  }
}

}  // namespace
}  // namespace callgate
