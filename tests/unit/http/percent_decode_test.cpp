// SPDX-License-Identifier: Apache-2.0
// Path segments, decoded.
#include <callgate/http/percent_decode.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace callgate::http {
namespace {

TEST(PercentDecode, LeavesPlainTextAsItIs) {
  EXPECT_EQ(percent_decode(""), "");
  EXPECT_EQ(percent_decode("2fac****9f72"), "2fac****9f72");
  EXPECT_EQ(percent_decode("a+b"), "a+b") << "a plus is a blank in queries only";
}

TEST(PercentDecode, DecodesEscapesOfEitherCase) {
  EXPECT_EQ(percent_decode("a%2Fb%2fc"), "a/b/c");
  EXPECT_EQ(percent_decode("%00"), std::string(1, '\0'));
  EXPECT_EQ(percent_decode("%25"), "%");
  EXPECT_EQ(percent_decode("%252F"), "%2F") << "once, not twice";
}

TEST(PercentDecode, RefusesWhatIsNoEscape) {
  for (const char* text : {"%", "a%", "%2", "a%2", "%zz", "%2z", "%z2", "% 2"})
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
}

}  // namespace
}  // namespace callgate::http
