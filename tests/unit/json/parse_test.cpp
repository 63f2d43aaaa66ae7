// SPDX-License-Identifier: Apache-2.0
// Payloads into structs.
#include <callgate/json/parse.hpp>

#include "tests/support/exact_copy.hpp"
#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace callgate::json {
namespace {

using test::color;
using test::payload;

constexpr std::string_view whole = R"( {
  "code" : 200, "task_id":"a\u00e9\n", "i64":-9007199254740993, "u32":7, "u64":18446744073709551615,
  "f32":0.1, "f64":-2.5e-3, "shade":"green", "paint":"mauve",
  "deep":{"id":"d","any":{"k":[1, 2]},"flag":true},
  "tracks":[{"id":"1","url":"http://x","duration":1.5,"marks":[1,2,3]},{"id":"2"},{"id":"3"}],
  "tags":["a","b","c"], "grid":[[1],[2,3,4],[5]], "gaps":[null,4],
  "kind":"callback", "mode":"slow", "level":7.0, "ratio":1000, "a/b~c":"odd", "later":[{"x":null}]
} )";

class Parse : public testing::Test {
 protected:
  template <read_options O = read_options{}>
  result<payload, error> read(std::string_view text) {
    memory_.reset(buffer_);
    return parse<payload, O>(text, memory_);
  }

  template <read_options O = read_options{}>
  void refuses(std::string_view text, errc code, std::size_t offset, std::string_view pointer) {
    const test::exact_copy copy{text};
    const auto got = read<O>(copy.view());
    ASSERT_FALSE(got) << text;
    EXPECT_EQ(enum_name(got.error().code), enum_name(code)) << text;
    EXPECT_EQ(got.error().offset, offset) << text;
    EXPECT_EQ(got.error().pointer(), pointer) << text;
  }

 private:
  std::array<std::byte, 1 << 16> buffer_;
  arena memory_;
};

TEST_F(Parse, FillsEveryMember) {
  const test::exact_copy copy{whole};
  const auto got = read(copy.view());
  ASSERT_TRUE(got) << enum_name(got.error().code) << got.error().pointer();
  EXPECT_EQ(got->code, 200);
  EXPECT_EQ(got->task_id, "a\xc3\xa9\n");
  EXPECT_EQ(got->i64, -9007199254740993);
  EXPECT_EQ(got->u32, 7U);
  EXPECT_EQ(got->u64, 18446744073709551615U);
  EXPECT_EQ(got->f32, 0.1F);
  EXPECT_EQ(got->f64, -2.5e-3);
  EXPECT_EQ(got->shade, color::green);
  EXPECT_EQ(got->paint->text, "mauve");
  EXPECT_EQ(got->paint->known, std::nullopt);
  EXPECT_EQ(got->deep->any->text, R"({"k":[1, 2]})");
  EXPECT_EQ(got->deep->flag, true);
  ASSERT_EQ(got->tracks->size(), 3U);
  EXPECT_EQ((*got->tracks)[0].marks->size(), 3U);
  EXPECT_EQ((*got->tracks)[0].duration, 1.5);
  EXPECT_EQ((*got->tracks)[2].id, "3");
  EXPECT_EQ((*got->tags)[2], "c");
  EXPECT_EQ((*got->grid)[1][2], 4);
  EXPECT_EQ((*got->gaps)[0], std::nullopt);
  EXPECT_EQ((*got->gaps)[1], 4);
  EXPECT_EQ(got->level, 7);
  EXPECT_EQ(got->ratio, 1000.0);
  EXPECT_EQ(got->odd, "odd");
  EXPECT_FALSE(got->loose);
}

TEST_F(Parse, KnowsTheEnumeratorsThatASenderMayExtend) {
  const auto got = read(R"({"code":200,"task_id":"t","tracks":null,"paint":"bl\u0075e"})");
  ASSERT_TRUE(got);
  EXPECT_TRUE(got->paint->is(color::blue));
  EXPECT_EQ(got->paint->text, "blue");
}

TEST_F(Parse, TakesStringsWithoutEscapesAsViewsOfTheText) {
  // Not at the end of a page, where the arena gets a copy.
  alignas(4096) static std::array<char, 4096> page{
      R"({"code":200,"task_id":"plain","tracks":null})"};
  const std::string_view text{page.data()};
  const auto got = read(text);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->task_id, "plain");
  if (!CALLGATE_READS_ARE_WATCHED) {
    EXPECT_EQ(got->task_id.data(), text.data() + text.find("plain"));
  }
}

TEST_F(Parse, RefusesEveryPrefix) {
  for (std::size_t n = 0; n + 2 < whole.size(); ++n) {
    const test::exact_copy copy{whole.substr(0, n)};
    const auto got = read(copy.view());
    ASSERT_FALSE(got) << n;
    // A number that was cut may already be too small; nothing else can break a rule.
    if (is_schema_error(got.error().code) && whole[n - 1] >= '0' && whole[n - 1] <= '9') continue;
    EXPECT_EQ(enum_name(got.error().code), "unexpected_end") << n;
    EXPECT_EQ(got.error().offset, n);
  }
}

TEST_F(Parse, AllowsNothingButWhiteSpaceAroundTheObject) {
  const std::string object = R"({"code":200,"task_id":"t","tracks":null})";
  EXPECT_TRUE(read(" \r\n\t" + object + " \r\n\t"));
  refuses("\xef\xbb\xbf" + object, errc::unexpected_byte, 0, "");
  refuses(object + ",", errc::trailing_bytes, object.size(), "");
  refuses(object + object, errc::trailing_bytes, object.size(), "");
  refuses("[" + object + "]", errc::wrong_type, 0, "");
  refuses("null", errc::wrong_type, 0, "");
  refuses("", errc::unexpected_end, 0, "");
}

TEST_F(Parse, FindsAMemberUnderEachOfItsNames) {
  for (const std::string name : {"task_id", "taskId", "task-id", "t\\u0061sk_id"}) {
    const std::string text = R"({"code":200,")" + name + R"(":"t","tracks":null})";
    const auto got = read(text);
    ASSERT_TRUE(got) << name;
    EXPECT_EQ(got->task_id, "t");
  }
}

TEST_F(Parse, RefusesAMemberThatComesTwice) {
  refuses(R"({"code":200,"code":200})", errc::duplicate_member, 12, "/code");
  refuses(R"({"taskId":"a","taskId":"a"})", errc::duplicate_member, 14, "/taskId");
  refuses(R"({"task_id":"a","task\u005fid":"a"})", errc::duplicate_member, 15, "/task_id");
  refuses(R"({"i64":null,"i64":1})", errc::duplicate_member, 12, "/i64");
  EXPECT_TRUE(read(R"({"x":1,"code":200,"x":2,"task_id":"t","tracks":null})"));
}

TEST_F(Parse, NamesTheFirstMemberThatIsMissingAtTheClosingBrace) {
  refuses("{}", errc::missing_member, 1, "/code");
  refuses(R"({"tracks":[{"id":"1"},{"url":"xx"}]})", errc::missing_member, 33, "/tracks/1/id");
}

TEST_F(Parse, ReportsTheFirstOffenceInTheOrderOfTheText) {
  refuses(R"({"task_id":"","code":true})", errc::too_short, 11, "/task_id");
  refuses(R"({"code":"x","task_id":"\q"})", errc::wrong_type, 8, "/code");
  refuses(R"({"task_id":"\q","code":"x"})", errc::bad_escape, 13, "/task_id");
}

TEST_F(Parse, PrefersASyntaxErrorWithinAValueToItsWrongType) {
  refuses(R"({"code":[1,2,})", errc::unexpected_byte, 13, "/code");
  refuses(R"({"code":nul})", errc::bad_literal, 11, "/code");
  refuses(R"({"code":+1})", errc::bad_number, 8, "/code");
}

TEST_F(Parse, CountsLengthsInCodePoints) {
  EXPECT_TRUE(
      read("{\"code\":200,\"task_id\":\"t\",\"tracks\":null,\"a/"
           "b~c\":\"\xf0\x9f\x8e\xb5\xf0\x9f\x8e\xb5\xf0\x9f\x8e\xb5\xf0\x9f\x8e\xb5\"}"));
  EXPECT_TRUE(read(R"({"code":200,"task_id":"t","tracks":null,"a/b~c":"\ud83c\udfb5xyz"})"));
  refuses(R"({"code":200,"a/b~c":"\ud83c\udfb5xyz5"})", errc::too_long, 20, "/a~1b~0c");
  refuses("{\"tracks\":[{\"id\":\"1\",\"url\":\"\xf0\x9f\x8e\xb5\"}]}", errc::too_short, 27,
          "/tracks/0/url");
}

TEST_F(Parse, ComparesAFloatWithItsBoundBeforeRounding) {
  EXPECT_TRUE(read(R"({"code":200,"task_id":"t","tracks":null,"f32":0.1})"));
  refuses(R"({"f32":0.10000001})", errc::too_big, 7, "/f32");
  refuses(R"({"f32":-3.5e38})", errc::number_out_of_range, 7, "/f32");
}

TEST_F(Parse, BoundsTheDepthOfWhatItKnowsAndOfWhatItSkips) {
  constexpr read_options three{.max_depth = 3};
  EXPECT_TRUE((read<three>(R"({"code":200,"task_id":"t","tracks":[{"id":"1"}],"x":[[1]]})")));
  refuses<three>(R"({"tracks":[{"id":"1","marks":[1]}]})", errc::depth_exceeded, 29,
                 "/tracks/0/marks");
  refuses<three>(R"({"x":[[[1]]]})", errc::depth_exceeded, 7, "/x");
  refuses<three>(R"({"deep":{"any":[[1]]}})", errc::depth_exceeded, 16, "/deep/any");
  for (const std::size_t n : {limits::max_depth - 1, limits::max_depth}) {
    const std::string text = R"({"code":200,"task_id":"t","tracks":null,"x":)" +
                             std::string(n, '[') + std::string(n, ']') + "}";
    EXPECT_EQ(read(text).has_value(), n < limits::max_depth);
  }
}

TEST_F(Parse, GivesBackTheDepthOfWhatItHasClosed) {
  std::string text = R"({"code":200,"task_id":"t","tracks":[)";
  for (int i = 0; i < 5; ++i) text += R"({"id":"1","marks":[1,2]},)";
  text.back() = ']';
  EXPECT_TRUE((read<read_options{.max_depth = 4}>(text + R"(,"grid":[[1],[2]],"x":[[[]]]})")));
}

TEST_F(Parse, TellsAnEmptyArrayFromNone) {
  EXPECT_EQ(read(R"({"code":200,"task_id":"t","tracks":[]})")->tracks->size(), 0U);
  EXPECT_FALSE(read(R"({"code":200,"task_id":"t","tracks":null})")->tracks);
}

}  // namespace
}  // namespace callgate::json
