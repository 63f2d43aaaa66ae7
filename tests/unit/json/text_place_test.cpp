// SPDX-License-Identifier: Apache-2.0
// Lines and columns as editors count them.
#include <callgate/json/text_place.hpp>

#include "tests/support/exact_copy.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callgate::json {
namespace {

using places = std::vector<std::pair<std::size_t, std::size_t>>;

// Of every byte, and of the end.
places all_places(std::string_view text) {
  const test::exact_copy copy{text};
  places found;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const text_place place = place_of(copy.view(), i);
    found.emplace_back(place.line, place.column);
  }
  return found;
}

TEST(TextPlace, CountsFromOne) {
  EXPECT_EQ(all_places(""), (places{{1, 1}}));
  EXPECT_EQ(all_places("ab"), (places{{1, 1}, {1, 2}, {1, 3}}));
}

TEST(TextPlace, EndsALineWithLfWithCrLfAndWithCr) {
  EXPECT_EQ(all_places("a\nb"), (places{{1, 1}, {1, 2}, {2, 1}, {2, 2}}));
  EXPECT_EQ(all_places("a\r\nb"), (places{{1, 1}, {1, 2}, {1, 2}, {2, 1}, {2, 2}}));
  EXPECT_EQ(all_places("a\rb\r"), (places{{1, 1}, {1, 2}, {2, 1}, {2, 2}, {3, 1}}));
  EXPECT_EQ(all_places("\n\r\n\n"), (places{{1, 1}, {2, 1}, {2, 1}, {3, 1}, {4, 1}}));
}

TEST(TextPlace, CountsCodePointsAndTabsAsOne) {
  EXPECT_EQ(all_places("\xc3\xa9x"), (places{{1, 1}, {1, 1}, {1, 2}, {1, 3}}));
  EXPECT_EQ(all_places("\xf0\x9f\x8e\xb5"), (places{{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 2}}));
  EXPECT_EQ(all_places("\t\t"), (places{{1, 1}, {1, 2}, {1, 3}}));
}

TEST(TextPlace, CountsOneForEachPieceThatIsNoUtf8) {
  EXPECT_EQ(all_places("\xff\xfe"), (places{{1, 1}, {1, 2}, {1, 3}}));
  EXPECT_EQ(all_places("\xe2\x82x"), (places{{1, 1}, {1, 1}, {1, 2}, {1, 3}}));  // half of U+20AC
  EXPECT_EQ(all_places("\xe2\x82\n"), (places{{1, 1}, {1, 1}, {1, 2}, {2, 1}}));
}

TEST(TextPlace, TakesWhatIsBeyondTheTextForItsEnd) {
  const text_place place = place_of("a\nbc", 99);
  EXPECT_EQ(place.line, 2U);
  EXPECT_EQ(place.column, 3U);
}

TEST(TextPlace, IsKnownAtCompileTime) {
  static_assert(place_of("{\n \"a\": x}", 8).column == 7);
}

}  // namespace
}  // namespace callgate::json
