// SPDX-License-Identifier: Apache-2.0
// Tests of the classes of bytes.
#include <callgate/http/detail/ascii.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace detail = callgate::http::detail;

TEST(HttpAscii, KnowsTheBytesOfATokenByTheStandardsList) {
  const std::string_view tchar =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    EXPECT_EQ(detail::is_token_byte(c), tchar.find(c) != std::string_view::npos) << i;
  }
  EXPECT_FALSE(detail::is_token(""));
}

TEST(HttpAscii, FindsTheFirstControlByteWhereverItStands) {
  for (int i = 0; i < 256; ++i)
    for (std::size_t size = 1; size < 20; ++size)
      for (std::size_t at = 0; at < size; ++at) {
        std::string text(size, '\x80');
        text[at] = static_cast<char>(i);
        if (at > 0) text[at - 1] = '\t';
        const bool control = (i < 0x20 && i != '\t') || i == 0x7f;
        ASSERT_EQ(detail::find_control(text, 0), control ? at : size) << i << ' ' << at;
      }
}

TEST(HttpAscii, LooksForControlBytesFromTheGivenPositionOn) {
  EXPECT_EQ(detail::find_control("\na\nb", 1), 2u);
  EXPECT_EQ(detail::find_control("\n", 1), 1u);
  EXPECT_EQ(detail::find_control("", 0), 0u);
}

TEST(HttpAscii, ComparesWithoutRegardToCase) {
  EXPECT_TRUE(detail::equals_ignoring_case("AbC-1", "aBc-1"));
  EXPECT_FALSE(detail::equals_ignoring_case("abc", "abcd"));
  EXPECT_FALSE(detail::equals_ignoring_case("@", "`"));
}

TEST(HttpAscii, TakesListsApart) {
  std::string_view list = " a ,,\tb";
  EXPECT_EQ(detail::next_element(list), "a");
  EXPECT_EQ(detail::next_element(list), "");
  EXPECT_EQ(detail::next_element(list), "b");
  EXPECT_TRUE(list.empty());
}

TEST(HttpAscii, ReadsHexadecimalDigits) {
  EXPECT_EQ(detail::hex_value('0'), 0);
  EXPECT_EQ(detail::hex_value('f'), 15);
  EXPECT_EQ(detail::hex_value('A'), 10);
  EXPECT_EQ(detail::hex_value('g'), -1);
  EXPECT_EQ(detail::hex_value('/'), -1);
}
