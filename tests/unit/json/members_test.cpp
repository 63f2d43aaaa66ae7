// SPDX-License-Identifier: Apache-2.0
// The members of an object, in order.
#include <callgate/json/members.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace callgate::json {
namespace {

std::string members_of(std::string_view text, bool expected = true) {
  std::string out;
  EXPECT_EQ(for_each_member(raw_value{text},
                            [&](std::string_view name, raw_value value) {
                              out += std::string(name) + "=" + std::string(value.text) + ";";
                            }),
            expected)
      << text;
  return out;
}

TEST(Members, ComeInTheOrderOfTheText) {
  EXPECT_EQ(members_of(R"( { "b" : [1, {}] , "a":"x" , "" : null } )"), "b=[1, {}];a=\"x\";=null;");
  EXPECT_EQ(members_of("{}"), "");
}

TEST(Members, StopAtWhatIsNoObject) {
  EXPECT_EQ(members_of("[1]", false), "");
  EXPECT_EQ(members_of("", false), "");
  EXPECT_EQ(members_of(R"({"a":1,"b")", false), "a=1;");
  EXPECT_EQ(members_of(R"({"a":1 "b":2})", false), "a=1;");
  EXPECT_EQ(members_of(R"({"a":tru})", false), "");
}

}  // namespace
}  // namespace callgate::json
