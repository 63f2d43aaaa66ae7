// SPDX-License-Identifier: Apache-2.0
// The memory of a turn's answers.
#include <callgate/net/output_area.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace callgate::net {
namespace {

using chain = output_area::chain;

TEST(OutputArea, KeepsWhatWasWrittenIntoItsRoomWithoutACopy) {
  output_area area;
  const std::span<char> room = area.room();
  ASSERT_EQ(room.size(), limits::max_answer_bytes);
  std::string_view("hello").copy(room.data(), 5);
  chain c;
  area.add(c, {room.data(), 5});
  EXPECT_EQ(area.text(c).data(), room.data());
  EXPECT_EQ(area.text(c), "hello");
  EXPECT_GE(area.room().data(), room.data() + 5);
}

TEST(OutputArea, CopiesOtherTexts) {
  output_area area;
  std::string text = "elsewhere";
  chain c;
  area.add(c, text);
  text.assign("overwritten");
  EXPECT_EQ(area.text(c), "elsewhere");
}

TEST(OutputArea, IsAsEmptyAsAtFirstWhenTheLastChainIsGivenBack) {
  output_area area;
  const char* const begin = area.room().data();
  const std::string longest(limits::max_answer_bytes, 'x');
  std::vector<chain> chains;
  while (area.has_room()) area.add(chains.emplace_back(), longest);
  EXPECT_EQ(chains.size(), limits::max_turn_answers);
  while (chains.size() > 1) {
    area.give_back(chains.back());
    EXPECT_TRUE(chains.back().empty());
    chains.pop_back();
  }
  EXPECT_FALSE(area.has_room());
  area.give_back(chains.back());
  EXPECT_EQ(area.room().data(), begin);
}

TEST(OutputArea, TellsWhetherItHasRoomForSeveralAnswers) {
  output_area area;
  chain c;
  EXPECT_TRUE(area.has_room(limits::max_turn_answers));
  EXPECT_FALSE(area.has_room(limits::max_turn_answers + 1));
  area.add(c, "x");
  EXPECT_TRUE(area.has_room(limits::max_turn_answers - 1));
  EXPECT_FALSE(area.has_room(limits::max_turn_answers));
}

TEST(OutputArea, JoinsTextsThatOthersStandBetween) {
  output_area area;
  chain mine, theirs;
  EXPECT_EQ(area.text(mine), "");
  for (const char* text : {"one ", "two ", "three"}) {
    area.add(mine, text);
    area.add(theirs, "other ");
  }
  EXPECT_EQ(area.text(mine), "one two three");
  EXPECT_EQ(area.text(theirs), "other other other ");
  EXPECT_EQ(area.text(mine), "one two three") << "as often as one asks";
}

TEST(OutputArea, JoinsAsMuchAsItHolds) {
  output_area area;
  chain c;
  std::string expected;
  for (char letter = 'a'; area.has_room(); ++letter) {
    const std::string longest(limits::max_answer_bytes, letter);
    area.add(c, longest);
    expected += longest;
  }
  EXPECT_EQ(area.text(c), expected);
}

TEST(OutputArea, TakesNothingTwiceFromAChainThatHasNothing) {
  output_area area;
  chain none, some;
  area.add(some, "x");
  area.give_back(none);
  EXPECT_EQ(area.text(some), "x");
  EXPECT_NE(area.room().data(), area.text(some).data());
}

}  // namespace
}  // namespace callgate::net
