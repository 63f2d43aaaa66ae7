// SPDX-License-Identifier: Apache-2.0
// Tests of the classes of bytes.
#include <callgate/http/detail/ascii.hpp>

#include <gtest/gtest.h>

#include <cctype>
#include <cstddef>
#include <cstring>
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
    for (std::size_t size = 1; size < 40; ++size)
      for (std::size_t at = 0; at < size; ++at) {
        std::string text(size, '\x80');
        text[at] = static_cast<char>(i);
        if (at > 0) text[at - 1] = '\t';
        const bool control = (i < 0x20 && i != '\t') || i == 0x7f;
        ASSERT_EQ(detail::find_control(text), control ? at : size) << i << ' ' << at;
      }
}

TEST(HttpAscii, ComparesWithoutRegardToCase) {
  EXPECT_TRUE(detail::equals_ignoring_case("AbC-1", "aBc-1"));
  EXPECT_FALSE(detail::equals_ignoring_case("abc", "abcd"));
  EXPECT_FALSE(detail::equals_ignoring_case("@", "`"));
  static_assert(detail::equals_ignoring_case("Content-Length", "content-LENGTH"));
}

TEST(HttpAscii, ComparesBeginningsWithoutRegardToCase) {
  for (const std::string_view begin : {"", "Text/", "text/pla", "text/plain; CHARSET=utf-8"}) {
    EXPECT_TRUE(detail::starts_ignoring_case("TEXT/plain; charset=UTF-8", begin)) << begin;
    EXPECT_TRUE(detail::starts_ignoring_case(begin, begin)) << begin;
  }
  EXPECT_FALSE(detail::starts_ignoring_case("text/plain", "text/plain;"));
  EXPECT_FALSE(detail::starts_ignoring_case("text/plain", "text/plaim"));
}

TEST(HttpAscii, ComparesEveryByteWithEveryOtherWhereverItStands) {
  for (const std::size_t size : {1u, 8u, 11u, 16u})
    for (std::size_t at = 0; at < size; at += 3)
      for (int i = 0; i < 256; ++i)
        for (int j = 0; j < 256; ++j) {
          std::string a(size, '{'), b(size, '{');
          a[at] = static_cast<char>(i), b[at] = static_cast<char>(j);
          ASSERT_EQ(detail::equals_ignoring_case(a, b),
                    detail::to_lower(a[at]) == detail::to_lower(b[at]))
              << i << ' ' << j << " at " << at << " of " << size;
        }
}

// Every byte that a checked field may have, at every position of a constant.
template <std::size_t Bytes>
void compare_lower_case(const char (&constant)[Bytes]) {
  const std::string_view same{constant, Bytes - 1};
  for (std::size_t at = 0; at < same.size(); ++at)
    for (int i = 0x20; i < 256; ++i) {
      if (i == 0x7f) continue;
      std::string text{same};
      text[at] = static_cast<char>(i);
      ASSERT_EQ(detail::equals_lower_case(text, constant), detail::to_lower(text[at]) == same[at])
          << i << " at " << at << " of " << same;
    }
  EXPECT_FALSE(detail::equals_lower_case(same.substr(1), constant));
  EXPECT_FALSE(detail::equals_lower_case(std::string{same} + "a", constant));
}

TEST(HttpAscii, ComparesTextWithAConstantInLowerCase) {
  compare_lower_case("a-z");
  compare_lower_case("host");
  compare_lower_case("chunked");
  compare_lower_case("x-09az-x");
  compare_lower_case("content-length");
  compare_lower_case("content-encoding");
  compare_lower_case("transfer-encoding");
  EXPECT_TRUE(detail::equals_lower_case("HTAB-FREE-only", "htab-free-only"));
  static_assert(detail::equals_lower_case("Content-LENGTH", "content-length"));
}

TEST(HttpAscii, ComparesTextWithAConstant) {
  EXPECT_TRUE(detail::is_text("POST", "POST"));
  for (const std::string_view other : {"POS", "POSTS", "post", "POSS", "QOST", ""})
    EXPECT_FALSE(detail::is_text(other, "POST")) << other;
  static_assert(detail::is_text("", ""));
}

TEST(HttpAscii, FindsTheEndOfATargetOrItsFirstEscapeWhateverItsLength) {
  for (int i = 0; i < 256; ++i)
    for (std::size_t size = 1; size < 40; ++size)
      for (std::size_t at = 0; at < size; ++at) {
        std::string text(size, at % 2 == 0 ? '~' : '!');
        text[at] = static_cast<char>(i);
        const bool is_plain = detail::is_in(text[at], detail::in_target) && i != '%';
        ASSERT_EQ(detail::leading_plain_target(text), is_plain ? size : at) << i << ' ' << at;
      }
  EXPECT_EQ(detail::leading_plain_target(""), 0u);
}

TEST(HttpAscii, FindsTheEndOfATokenWhateverItsLength) {
  for (int i = 0; i < 256; ++i)
    for (std::size_t size = 1; size < 40; ++size)
      for (std::size_t at = 0; at < size; ++at) {
        std::string text(size, at % 2 == 0 ? 'q' : '-');
        if (at > 2) text[at / 2] = '_';
        text[at] = static_cast<char>(i);
        const bool in_token = detail::is_token_byte(text[at]);
        ASSERT_EQ(detail::leading_token(text), in_token ? size : at) << i << ' ' << at;
        ASSERT_EQ(detail::is_token(text), in_token) << i << ' ' << at;
      }
  EXPECT_EQ(detail::leading_token(""), 0u);
}

TEST(HttpAscii, KnowsTheBytesOfTargetsAndHostNames) {
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool alnum = i < 0x80 && std::isalnum(i) != 0;
    EXPECT_EQ(detail::is_in(c, detail::in_host_name),
              alnum || (i != 0 && std::strchr("-._~", i) != nullptr))
        << i;
    EXPECT_EQ(detail::is_in(c, detail::in_target),
              i > 0x20 && i < 0x7f && std::strchr("#\"<>\\", i) == nullptr)
        << i;
  }
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
