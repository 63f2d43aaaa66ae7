// SPDX-License-Identifier: Apache-2.0
// Texts: their length, their parts, and new ones in the scratch arena.
#include <callgate/expression/texts.hpp>

#include <callgate/expression/values.hpp>

#include <tests/support/evaluation.hpp>

#include <gtest/gtest.h>

namespace callgate::expression {
namespace {

using testing::evaluation;
using testing::is_absent;
using testing::sample_payload;
using testing::says;

using maybe = body<&sample_payload::maybe_open>;

TEST(ExpressionTexts, LengthCountsCodePoints) {
  evaluation one;
  EXPECT_EQ(one.value<length<text<"abc">>>().integer, 3);
  EXPECT_EQ((one.value<length<text<"\303\251\360\237\216\265">>>().integer), 2);
  EXPECT_EQ(one.value<length<text<"">>>().integer, 0);
  EXPECT_EQ(one.value<length<maybe>>().integer, 0);
  EXPECT_EQ(one.value<length<integer<55>>>().integer, 0) << "no text";
}

TEST(ExpressionTexts, PartsAreFoundWhereTheyMustBe) {
  evaluation one;
  using whole = text<"a/b.png">;
  EXPECT_TRUE(says(one.value<contains<whole, text<"/b">>>(), true));
  EXPECT_TRUE(says(one.value<contains<whole, text<"_">>>(), false));
  EXPECT_TRUE(says(one.value<starts_with<whole, text<"a/">>>(), true));
  EXPECT_TRUE(says(one.value<starts_with<whole, text<"/b">>>(), false));
  EXPECT_TRUE(says(one.value<ends_with<whole, text<".png">>>(), true));
  EXPECT_TRUE(says(one.value<ends_with<whole, text<"a/">>>(), false));
}

TEST(ExpressionTexts, NoPartIsInNothingAndNothingIsNoPart) {
  evaluation one;
  using whole = text<"a">;
  EXPECT_TRUE(says(one.value<contains<maybe, whole>>(), false));
  EXPECT_TRUE(says(one.value<starts_with<maybe, whole>>(), false));
  EXPECT_TRUE(says(one.value<ends_with<maybe, whole>>(), false));
  EXPECT_TRUE(says(one.value<contains<whole, maybe>>(), false));
  EXPECT_TRUE(says(one.value<starts_with<whole, text<"">>>(), false));
  EXPECT_TRUE(says(one.value<ends_with<whole, maybe>>(), false));
}

TEST(ExpressionTexts, ConcatJoinsWhatIsThere) {
  evaluation one;
  EXPECT_EQ((one.value<concat<text<"a">, maybe, text<"b">, text<"">>>().text), "ab");
  EXPECT_FALSE(one.overflowed);
}

TEST(ExpressionTexts, ConcatOfNothingIsAbsentAndTakesNoRoom) {
  evaluation one;
  arena none;
  one.in.scratch = &none;
  EXPECT_TRUE(is_absent(one.value<concat<maybe, text<"">>>()));
  EXPECT_FALSE(one.overflowed);
}

TEST(ExpressionTexts, ConcatSaysWhenTheScratchIsUsedUp) {
  evaluation<3> one;
  EXPECT_EQ((one.value<concat<text<"ab">, text<"c">>>().text), "abc");
  EXPECT_FALSE(one.overflowed);
  EXPECT_TRUE(is_absent(one.value<concat<text<"d">, maybe>>()));
  EXPECT_TRUE(one.overflowed);
}

template <fixed_string With, fixed_string Value>
using prefixed = prefix_path<text<With>, text<Value>>;

TEST(ExpressionTexts, PrefixPathPutsAFolderInFrontOnce) {
  evaluation one;
  EXPECT_EQ((one.value<prefixed<"u1", "a.png">>().text), "u1/a.png");
  EXPECT_EQ((one.value<prefixed<"u1", "u1/a.png">>().text), "u1/a.png");
  EXPECT_EQ((one.value<prefixed<"u1", "u10/a.png">>().text), "u1/u10/a.png");
  EXPECT_EQ((one.value<prefixed<"u1", "u1">>().text), "u1/u1") << "a file of the folder's name";
  EXPECT_EQ((one.value<prefixed<"u1", "u1/">>().text), "u1/");
}

TEST(ExpressionTexts, PrefixPathLeavesThePathAloneWhenEitherIsMissing) {
  evaluation<1> one;
  EXPECT_EQ((one.value<prefix_path<maybe, text<"a.png">>>().text), "a.png");
  EXPECT_EQ((one.value<prefixed<"", "a.png">>().text), "a.png");
  EXPECT_TRUE(is_absent(one.value<prefix_path<text<"u1">, maybe>>()));
  EXPECT_FALSE(one.overflowed);
}

TEST(ExpressionTexts, PrefixPathSaysWhenTheScratchIsUsedUp) {
  evaluation<2> one;
  EXPECT_TRUE(is_absent(one.value<prefixed<"u", "a">>()));
  EXPECT_TRUE(one.overflowed);
}

constexpr std::array<callgate::code_message, 2> messages{{{"en", "Failed."}, {"ru", "\320\236"}}};
constexpr code failed{.value = 500, .name = "failed", .messages = messages};
constexpr code silent{.value = 200, .name = "silent"};

TEST(ExpressionTexts, CodeMessageIsTheTextInThatLocaleOrElseTheFirst) {
  evaluation one;
  one.in.code = 500, one.in.known_code = &failed;
  EXPECT_EQ(one.value<code_message<text<"ru">>>().text, "\320\236");
  EXPECT_EQ(one.value<code_message<text<"en">>>().text, "Failed.");
  EXPECT_EQ(one.value<code_message<text<"de">>>().text, "Failed.");
  EXPECT_EQ(one.value<code_message<body<&sample_payload::maybe_open>>>().text, "Failed.")
      << "no locale";
}

TEST(ExpressionTexts, CodeMessageIsAbsentWithoutACodeOrItsTexts) {
  evaluation one;
  EXPECT_TRUE(is_absent(one.value<code_message<text<"en">>>()));
  one.in.code = 200, one.in.known_code = &silent;
  EXPECT_TRUE(is_absent(one.value<code_message<text<"en">>>()));
}

}  // namespace
}  // namespace callgate::expression
