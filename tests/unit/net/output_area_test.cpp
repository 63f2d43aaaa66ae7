// SPDX-License-Identifier: Apache-2.0
// The memory of a turn's answers.
#include <callgate/net/output_area.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace callgate::net {
namespace {

TEST(OutputArea, KeepsWhatWasWrittenIntoItsRoomWithoutACopy) {
  output_area area;
  const std::span<char> room = area.room();
  ASSERT_EQ(room.size(), limits::max_answer_bytes);
  std::string_view("hello").copy(room.data(), 5);
  const std::string_view kept = area.add({room.data(), 5});
  EXPECT_EQ(kept.data(), room.data());
  EXPECT_EQ(kept, "hello");
  EXPECT_EQ(area.room().data(), room.data() + 5);
}

TEST(OutputArea, CopiesOtherTexts) {
  output_area area;
  std::string text = "elsewhere";
  const std::string_view kept = area.add(text);
  text.assign("overwritten");
  EXPECT_EQ(kept, "elsewhere");
}

TEST(OutputArea, BeginsAnewWhenTheLastTextIsGivenBack) {
  output_area area;
  const char* const begin = area.room().data();
  const std::string longest(limits::max_answer_bytes, 'x');
  int texts = 0;
  for (; area.has_room(); ++texts) area.add(longest);
  EXPECT_EQ(texts, 16);
  for (; texts > 1; --texts) area.give_back();
  EXPECT_FALSE(area.has_room());
  area.give_back();
  EXPECT_TRUE(area.has_room());
  EXPECT_EQ(area.room().data(), begin);
}

TEST(OutputArea, TellsWhetherItHasRoomForSeveralAnswers) {
  output_area area;
  EXPECT_TRUE(area.has_room(16));
  EXPECT_FALSE(area.has_room(17));
  area.add("x");
  EXPECT_TRUE(area.has_room(15));
  EXPECT_FALSE(area.has_room(16));
}

TEST(OutputArea, JoinsTextsThatOthersStandBetween) {
  output_area area;
  const std::string_view first = area.add("first "), other = area.add("other"),
                         second = area.add("second");
  const std::string_view joined = area.join(first, second);
  EXPECT_EQ(joined, "first second");
  EXPECT_EQ(other, "other");
  EXPECT_EQ(area.room().data(), joined.data() + joined.size()) << "nothing overwrites it";
}

TEST(OutputArea, JoinsOnlyWhereAnotherAnswerHasRoomBehind) {
  output_area area;
  const std::string longest(limits::max_answer_bytes, 'x');
  const std::string_view first = area.add(longest);
  while (area.has_room(2)) area.add(longest);
  const std::string_view last = area.add("last");
  EXPECT_TRUE(area.join(first, last).empty());
  EXPECT_EQ(last, "last");
}

}  // namespace
}  // namespace callgate::net
