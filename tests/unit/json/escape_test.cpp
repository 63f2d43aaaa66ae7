// SPDX-License-Identifier: Apache-2.0
// Text for JSON strings.
#include <callgate/json/escape.hpp>
#include <callgate/json/string.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace callgate::json {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  escape(text, [&out](std::string_view piece) { out += piece; });
  return out;
}

TEST(Escape, UsesTheShortFormsAndHexForOtherControls) {
  EXPECT_EQ(escaped("\"\\/\b\f\n\r\t"), R"(\"\\/\b\f\n\r\t)");
  EXPECT_EQ(escaped(std::string_view{"\0\x01\x1f\x7f", 4}), "\\u0000\\u0001\\u001f\x7f");
}

TEST(Escape, LeavesUtf8AsItIs) {
  EXPECT_EQ(escaped("a\xc3\xa9\xf0\x9f\x8e\xb5"), "a\xc3\xa9\xf0\x9f\x8e\xb5");
}

TEST(Escape, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(escaped("a\xff"
                    "b"),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(escaped("\xf0\x9f\x8e"), "\xef\xbf\xbd");
  EXPECT_EQ(escaped("\xe2\x82\""), "\xef\xbf\xbd\\\"");
  EXPECT_EQ(escaped("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(Escape, IsUndoneByUnescape) {
  std::string all;
  for (char c = 0; c < 0x7f; ++c) all += c;
  const std::string text = '"' + escaped(all) + '"';
  cursor in{text};
  string_token token;
  ASSERT_TRUE(scan_string(in, token));
  std::string back(token.text.size(), '?');
  back.resize(unescape(token, back.data()));
  EXPECT_EQ(back, all);
}

}  // namespace
}  // namespace callgate::json
