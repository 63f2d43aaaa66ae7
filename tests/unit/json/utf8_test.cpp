// SPDX-License-Identifier: Apache-2.0
// UTF-8: every scalar value, and every way to be none.
#include <callgate/json/utf8.hpp>

#include "tests/support/exact_copy.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace callgate::json {
namespace {

TEST(Utf8, TakesEveryScalarValueThatItEncodes) {
  for (char32_t c = 0; c <= 0x10ffff; ++c) {
    if (c >= 0xd800 && c < 0xe000) continue;
    char bytes[4];
    const std::size_t n = encode_utf8(c, bytes);
    ASSERT_EQ(n, c < 0x80 ? 1U : c < 0x800 ? 2U : c < 0x10000 ? 3U : 4U);
    const utf8_step step = utf8_next(bytes, bytes + n);
    ASSERT_TRUE(step.valid) << static_cast<unsigned long>(c);
    ASSERT_EQ(step.size, n);
  }
}

// All sequences of up to three bytes, and four with every lead and second byte, against the
// definition by value.
TEST(Utf8, JudgesEverySequenceByTheValueItWouldHave) {
  for (unsigned lead = 0x80; lead < 0x100; ++lead) {
    for (unsigned second = 0; second < 0x100; ++second) {
      const std::string four = {static_cast<char>(lead), static_cast<char>(second), '\x80', '\xbf'};
      const std::size_t size = lead >> 5 == 6      ? 2
                               : lead >> 4 == 0xe  ? 3
                               : lead >> 3 == 0x1e ? 4
                                                   : 0;
      bool valid = size != 0 && second >> 6 == 2;
      const unsigned bits = size == 2   ? (lead & 0x1f) << 6 | (second & 0x3f)
                            : size == 3 ? (lead & 0xf) << 12 | (second & 0x3f) << 6
                                        : (lead & 7) << 18 | (second & 0x3f) << 12;
      const unsigned least = size == 2 ? 0x80 : size == 3 ? 0x800 : 0x10000;
      valid = valid && bits >= least && bits <= 0x10ffff && (bits < 0xd800 || bits >= 0xe000);
      EXPECT_EQ(is_utf8(std::string_view{four}.substr(0, size == 0 ? 1 : size)), valid)
          << lead << ' ' << second;
    }
  }
}

TEST(Utf8, RefusesTheFamousCases) {
  for (const std::string_view bad : {"\x80",
                                     "\xbf",
                                     "\xc0\x80",
                                     "\xc1\xbf",
                                     "\xe0\x80\x80",
                                     "\xe0\x9f\xbf",
                                     "\xed\xa0\x80",
                                     "\xed\xbf\xbf",
                                     "\xf0\x80\x80\x80",
                                     "\xf0\x8f\xbf\xbf",
                                     "\xf4\x90\x80\x80",
                                     "\xf5\x80\x80\x80",
                                     "\xfe",
                                     "\xff",
                                     "\xc3",
                                     "\xe2\x82",
                                     "\xf0\x9f\x8e",
                                     "a\xc3(",
                                     "\xe2(\xa1",
                                     "\xf0\x9f(\x8c"}) {
    const test::exact_copy copy{bad};
    EXPECT_FALSE(is_utf8(copy.view())) << bad;
  }
}

TEST(Utf8, SaysHowMuchOneReplacementStandsFor) {
  const auto size = [](std::string_view text) {
    return utf8_next(text.data(), text.data() + text.size()).size;
  };
  EXPECT_EQ(size("\xf0\x9f\x8e"), 3U);
  EXPECT_EQ(size("\xf0\x9f(x"), 2U);
  EXPECT_EQ(size("\xed\xa0\x80"), 1U);
  EXPECT_EQ(size("\xc0\x80"), 1U);
  EXPECT_EQ(size("\xff"), 1U);
}

TEST(Utf8, CountsCodePoints) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xb5"), 4U);
}

}  // namespace
}  // namespace callgate::json
