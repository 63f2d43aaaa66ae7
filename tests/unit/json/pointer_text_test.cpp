// SPDX-License-Identifier: Apache-2.0
// JSON Pointers from the inside out.
#include <callgate/json/pointer_text.hpp>

#include <gtest/gtest.h>

#include <string>

namespace callgate::json {
namespace {

TEST(PointerText, IsEmptyForTheRoot) {
  EXPECT_EQ(pointer_text{}.view(), "");
}

TEST(PointerText, PutsOuterTokensInFront) {
  pointer_text text;
  text.prepend("id");
  text.prepend(std::size_t{120});
  text.prepend("data");
  EXPECT_EQ(text.view(), "/data/120/id");
  text.clear();
  text.prepend(std::size_t{0});
  EXPECT_EQ(text.view(), "/0");
}

TEST(PointerText, EscapesTildesAndSlashes) {
  pointer_text text;
  text.prepend("~a/b~");
  text.prepend("");
  EXPECT_EQ(text.view(), "//~0a~1b~0");
}

TEST(PointerText, KeepsTheOuterMembersWhenItIsTooLong) {
  pointer_text text;
  text.prepend("inner");
  text.prepend(std::string(limits::max_pointer_bytes - 4, 'x'));
  EXPECT_EQ(text.view(), "/" + std::string(limits::max_pointer_bytes - 4, 'x') + "/in");
  text.prepend("ab");
  EXPECT_EQ(text.view().substr(0, 5), "/ab/x");
  EXPECT_EQ(text.view().size(), limits::max_pointer_bytes);
}

// Every cut of a name full of escapes and of three-byte characters ends between two of them.
TEST(PointerText, CutsNeitherAnEscapeNorACharacterInTwo) {
  for (std::size_t outer = 0; outer < 12; ++outer) {
    for (const std::string unit : {"~", "/", "\xe2\x82\xac"}) {
      std::string name;
      for (int i = 0; i < 300; ++i) name += unit;
      pointer_text alone, within;
      alone.prepend(std::string(outer, 'x') + name);
      within.prepend(name);
      within.prepend(std::string(outer, 'x'));
      for (const auto& text : {alone, within}) {
        ASSERT_LE(text.view().size(), limits::max_pointer_bytes);
        ASSERT_GE(text.view().size(), limits::max_pointer_bytes - 2);
        if (unit == "~") {
          ASSERT_TRUE(text.view().ends_with("~0"));
        } else if (unit == "/") {
          ASSERT_TRUE(text.view().ends_with("~1"));
        } else {
          ASSERT_TRUE(text.view().ends_with(unit));
        }
      }
    }
  }
}

}  // namespace
}  // namespace callgate::json
