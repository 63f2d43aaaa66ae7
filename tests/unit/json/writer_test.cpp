// SPDX-License-Identifier: Apache-2.0
// JSON into a buffer.
#include <callgate/json/writer.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

namespace callgate::json {
namespace {

void write(writer& w) {
  w.begin_object();
  w.key("ok"), w.boolean(true);
  w.key("text"), w.string("a\n");
  w.key("n"), w.begin_array(), w.integer(-1), w.unsigned_integer(2), w.number(0.5), w.null(),
      w.raw("[]"), w.end_array();
  w.end_object();
}
constexpr std::string_view want = R"({"ok":true,"text":"a\n","n":[-1,2,0.5,null,[]]})";

TEST(Writer, FillsABufferOfTheRightSizeAndSaysWhenItIsSmaller) {
  for (std::size_t n = 0; n <= want.size(); ++n) {
    const std::unique_ptr<char[]> out{new char[n]};
    writer w{{out.get(), n}};
    write(w);
    EXPECT_EQ(w.overflowed(), n < want.size());
    EXPECT_EQ(w.view(), want.substr(0, w.view().size()));
    if (n == want.size()) {
      EXPECT_EQ(w.view(), want);
    }
  }
}

TEST(Writer, TakesNothingMoreOnceItOverflowed) {
  char out[4];
  writer w{out};
  w.string("abcdef");
  w.null();
  EXPECT_TRUE(w.overflowed());
  EXPECT_EQ(w.view(), "\"");
}

TEST(Writer, BeginsEmpty) {
  const writer w{{}};
  EXPECT_EQ(w.view(), "");
  EXPECT_FALSE(w.overflowed());
}

}  // namespace
}  // namespace callgate::json
