// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/cut_text.hpp>

#include <gtest/gtest.h>

namespace callgate::store {
namespace {

TEST(CutText, KeepsWhatFits) {
  cut_text<4> t;
  EXPECT_EQ(t.view(), "");
  t = "abcd";
  EXPECT_EQ(t.view(), "abcd");
  t = "x";
  EXPECT_EQ(t.text(), "x");
}

TEST(CutText, CutsBetweenCharacters) {
  cut_text<4> t;
  t = "abcde";
  EXPECT_EQ(t.view(), "abcd");
  t = "abc\xc3\xa9";  // the last one has two bytes
  EXPECT_EQ(t.view(), "abc");
  t = "a\xf0\x9f\x98\x80";
  EXPECT_EQ(t.view(), "a");
  t = "\x80\x80\x80\x80\x80";  // no character begins here
  EXPECT_EQ(t.view(), "");
}

}  // namespace
}  // namespace callgate::store
