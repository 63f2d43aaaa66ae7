// SPDX-License-Identifier: Apache-2.0
// Stars against all texts of a few letters, as a slow matcher sees them.
#include <callgate/provider/glob.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace callgate {
namespace {

static_assert(fits_glob("a*", "ab") && !fits_glob("a*", "ba"));

bool fits_slowly(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] != '*')
    return !text.empty() && text[0] == pattern[0] && fits_slowly(pattern.substr(1), text.substr(1));
  return fits_slowly(pattern.substr(1), text) ||
         (!text.empty() && fits_slowly(pattern, text.substr(1)));
}

// All texts of up to `most` of these letters.
std::vector<std::string> texts_of(std::string_view letters, std::size_t most) {
  std::vector<std::string> all{""};
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].size() < most)
      for (const char c : letters) all.push_back(all[i] + c);
  return all;
}

TEST(Glob, IsWhatASlowMatcherSays) {
  const auto texts = texts_of("ab", 5);
  for (const std::string& pattern : texts_of("ab*", 5))
    for (const std::string& text : texts)
      ASSERT_EQ(fits_glob(pattern, text), fits_slowly(pattern, text)) << pattern << " " << text;
}

TEST(Glob, FitsTheWholeText) {
  EXPECT_TRUE(fits_glob("sdxl_*", "sdxl_"));
  EXPECT_TRUE(fits_glob("*enhanced*", "video7b_enhanced"));
  EXPECT_FALSE(fits_glob("video_fast", "video_faster"));
  EXPECT_FALSE(fits_glob("ab*ba", "aba")) << "no byte counts twice";
  EXPECT_TRUE(fits_glob("*", std::string_view("\0\xff", 2)));
}

TEST(Glob, StaysQuickWhereManyPlacesAlmostFit) {
  const std::string text(100'000, 'a');
  EXPECT_FALSE(fits_glob("*a*a*a*a*a*a*a*b", text));
  EXPECT_FALSE(fits_glob("*ab*ab*ab*", text));
}

}  // namespace
}  // namespace callgate
