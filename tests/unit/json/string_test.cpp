// SPDX-License-Identifier: Apache-2.0
// Strings: their ends, their escapes, their faults.
#include <callgate/json/string.hpp>

#include "tests/support/exact_copy.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace callgate::json {
namespace {

// What a string stands for; nothing when it is refused.
std::optional<std::string> read(std::string_view text, cursor* after = nullptr) {
  const test::exact_copy copy{text};
  cursor in{copy.view()};
  string_token token;
  const bool good = scan_string(in, token);
  if (after != nullptr) *after = in, after->at = text.data() + (in.at - copy.view().data());
  if (!good) return std::nullopt;
  std::string out(token.text.size(), '?');
  out.resize(unescape(token, out.data()));
  EXPECT_EQ(token.escaped, token.text.find('\\') != token.text.npos);
  return out;
}

void refuses(std::string_view text, errc code, std::size_t offset) {
  cursor after;
  EXPECT_EQ(read(text, &after), std::nullopt) << text;
  EXPECT_EQ(enum_name(after.code), enum_name(code)) << text;
  EXPECT_EQ(after.at - text.data(), static_cast<std::ptrdiff_t>(offset)) << text;
}

TEST(String, StandsForItselfWithoutEscapes) {
  EXPECT_EQ(read(R"("")"), "");
  EXPECT_EQ(read("\"caf\xc3\xa9 \x7f\""), "caf\xc3\xa9 \x7f");
}

TEST(String, EndsAtItsQuoteWhateverTheLength) {
  for (std::size_t n = 0; n < 40; ++n) {
    const std::string body(n, 'x');
    cursor after;
    const std::string text = '"' + body + "\"tail";
    EXPECT_EQ(read(text, &after), body);
    EXPECT_EQ(after.at, text.data() + n + 2);
    EXPECT_EQ(read('"' + body + "\\\"\""), body + '"');
  }
}

TEST(String, KnowsEveryEscape) {
  EXPECT_EQ(read(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(read(R"("a\u0041\u00e9\u20AC\u0000z")"), std::string("aA\xc3\xa9\xe2\x82\xac\0z", 9));
}

TEST(String, JoinsSurrogatePairs) {
  EXPECT_EQ(read(R"("\ud83c\udfb5")"), "\xf0\x9f\x8e\xb5");
  EXPECT_EQ(read(R"("\uD800\uDC00\uDBFF\uDFFF")"), "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
}

TEST(String, RefusesLoneSurrogates) {
  refuses(R"("x\udc00")", errc::bad_surrogate, 2);
  refuses(R"("x\ud800")", errc::bad_surrogate, 2);
  refuses(R"("x\ud800y")", errc::bad_surrogate, 2);
  refuses(R"("x\ud800\n")", errc::bad_surrogate, 2);
  refuses(R"("x\ud800\u0041")", errc::bad_surrogate, 2);
  refuses(R"("x\ud800\ud800")", errc::bad_surrogate, 2);
}

TEST(String, RefusesOtherEscapes) {
  refuses(R"("\x")", errc::bad_escape, 2);
  refuses(R"("\U0041")", errc::bad_escape, 2);
  refuses(R"("\u00g0")", errc::bad_escape, 5);
  refuses(R"("\u00")", errc::bad_escape, 5);
  refuses(R"("\ud800\u00 0")", errc::bad_escape, 11);
}

TEST(String, RefusesEveryControlCharacterAtEveryPlace) {
  for (std::size_t n = 0; n < 20; ++n) {
    for (char c = 0; c < 0x20; ++c) {
      const std::string text = '"' + std::string(n, 'x') + c + std::string(20 - n, 'y') + '"';
      refuses(text, errc::bad_string, n + 1);
    }
  }
}

TEST(String, RefusesWhatIsNotUtf8AtEveryPlace) {
  for (std::size_t n = 0; n < 20; ++n)
    for (const std::string_view bad :
         {"\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\xe2\x82"})
      refuses('"' + std::string(n, 'x') + std::string{bad} + "\"", errc::bad_utf8, n + 1);
}

TEST(String, NeedsItsClosingQuote) {
  const std::string_view whole = R"("abcdefgh\n\u00e9\ud83c\udfb5 xyz")";
  ASSERT_TRUE(read(whole));
  for (std::size_t n = 0; n < whole.size(); ++n)
    refuses(whole.substr(0, n), errc::unexpected_end, n);
}

}  // namespace
}  // namespace callgate::json
