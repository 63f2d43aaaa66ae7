// SPDX-License-Identifier: Apache-2.0
#include <callgate/core/utf8_prefix.hpp>

#include <gtest/gtest.h>

namespace callgate {
namespace {

TEST(Utf8Prefix, IsAllOfWhatFits) {
  EXPECT_EQ(utf8_prefix("abcd", 4), "abcd");
  EXPECT_EQ(utf8_prefix("", 0), "");
}

TEST(Utf8Prefix, EndsBetweenCharacters) {
  EXPECT_EQ(utf8_prefix("abcde", 4), "abcd");
  EXPECT_EQ(utf8_prefix("abc\xc3\xa9", 4), "abc");
  EXPECT_EQ(utf8_prefix("abc\xc3\xa9", 5), "abc\xc3\xa9");
  EXPECT_EQ(utf8_prefix("a\xf0\x9f\x98\x80", 4), "a");
  EXPECT_EQ(utf8_prefix("\x80\x80\x80", 2), "") << "no character begins here";
}

}  // namespace
}  // namespace callgate
