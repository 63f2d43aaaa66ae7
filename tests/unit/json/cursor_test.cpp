// SPDX-License-Identifier: Apache-2.0
// The steps through a JSON text.
#include <callgate/json/cursor.hpp>

#include <gtest/gtest.h>

#include <string_view>

namespace callgate::json {
namespace {

TEST(Cursor, SkipsTheFourKindsOfWhiteSpaceAndNoOther) {
  const std::string_view text = " \t\r\n\vx";
  cursor in{text};
  in.skip_space();
  EXPECT_EQ(in.at, text.data() + 4);
}

TEST(Cursor, PeeksNulAtTheEnd) {
  EXPECT_EQ(cursor{""}.peek(), '\0');
  EXPECT_EQ(cursor{}.peek(), '\0');
  EXPECT_EQ(cursor{"x"}.peek(), 'x');
}

TEST(Cursor, TellsTheEndFromAWrongByte) {
  cursor in{"a"};
  EXPECT_FALSE(in.expect('b'));
  EXPECT_EQ(in.code, errc::unexpected_byte);
  EXPECT_TRUE(in.expect('a'));
  EXPECT_FALSE(in.expect('b'));
  EXPECT_EQ(in.code, errc::unexpected_end);
}

TEST(Cursor, ReadsLiteralsWhole) {
  cursor good{"true]"}, cut{"tru"}, bad{"trUe"};
  EXPECT_TRUE(good.literal("true"));
  EXPECT_EQ(good.peek(), ']');
  EXPECT_FALSE(cut.literal("true"));
  EXPECT_EQ(cut.code, errc::unexpected_end);
  EXPECT_FALSE(bad.literal("true"));
  EXPECT_EQ(bad.code, errc::bad_literal);
  EXPECT_EQ(bad.peek(), 'U');
}

TEST(Cursor, ReadsAColonWithSpaceAroundIt) {
  cursor in{" : 1"};
  EXPECT_TRUE(in.colon());
  EXPECT_EQ(in.peek(), '1');
  EXPECT_FALSE(in.colon());
}

TEST(Cursor, WalksItemsAndNeedsCommasBetweenThem) {
  cursor in{" 1 , 2 ]"};
  bool first = true, more = false;
  ASSERT_TRUE(in.next_item(']', first, more) && more);
  EXPECT_EQ(*in.at++, '1');
  ASSERT_TRUE(in.next_item(']', first, more) && more);
  EXPECT_EQ(*in.at++, '2');
  ASSERT_TRUE(in.next_item(']', first, more) && !more);
  EXPECT_EQ(in.at, in.end);

  cursor bad{"1 2]"};
  first = true;
  ASSERT_TRUE(bad.next_item(']', first, more));
  ++bad.at;
  EXPECT_FALSE(bad.next_item(']', first, more));
  EXPECT_EQ(bad.code, errc::unexpected_byte);
}

}  // namespace
}  // namespace callgate::json
