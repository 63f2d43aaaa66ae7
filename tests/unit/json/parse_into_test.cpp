// SPDX-License-Identifier: Apache-2.0
// What is dropped instead of refused, and the notes about it.
#include <callgate/json/parse_into.hpp>

#include "tests/support/exact_copy.hpp"
#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace callgate::test {

// Requires nothing.
struct lax {
  std::optional<std::string_view> text{};
};

}  // namespace callgate::test

template <>
struct callgate::reflect<callgate::test::lax> {
  static constexpr std::string_view name = "Lax";
  static constexpr auto members = std::tuple{member{"text", &test::lax::text, rule{}}};
};

namespace callgate::json {
namespace {

using test::payload;

constexpr read_options drop{.drop_invalid_members = true};

class ParseInto : public testing::Test {
 protected:
  // The members of a payload, behind those that are always there.
  template <read_options O = drop>
  std::optional<error> read(std::string_view members) {
    text_.emplace(R"({"code":200,"task_id":"t",)" + std::string{members} + "}");
    memory.reset(buffer_);
    return parse_into<payload, O>(text_->view(), memory, out, notes);
  }

  payload out;
  drops notes;
  arena memory;

 private:
  std::optional<test::exact_copy> text_;
  std::array<std::byte, 1 << 14> buffer_;
};

TEST_F(ParseInto, DropsAMemberThatMayBeDroppedAndNotesIt) {
  ASSERT_FALSE(read(
      R"("tracks":[{"id":"1","url":"","duration":0},{"id":"2","url":"http://x"}],"mode":"fast")"));
  EXPECT_EQ(notes.count, 2U);
  EXPECT_EQ(notes.first_pointer(), "/tracks/0/url");
  EXPECT_EQ(notes.first, errc::too_short);
  EXPECT_FALSE((*out.tracks)[0].url);
  EXPECT_FALSE((*out.tracks)[0].duration);
  EXPECT_EQ((*out.tracks)[1].url, "http://x");
  EXPECT_EQ(out.mode, "fast");
}

TEST_F(ParseInto, DropsOnlyWhenItIsAskedTo) {
  const auto got = read<read_options{}>(R"("tracks":null,"mode":"x")");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->code, errc::not_in_enum);
  EXPECT_EQ(notes.count, 0U);
}

TEST_F(ParseInto, RefusesABadMemberThatMayNotBeDropped) {
  const auto got = read(R"("tracks":[{"id":"","url":""}])");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->pointer(), "/tracks/0/id");
}

TEST_F(ParseInto, DropsAnyValueHoweverDeepTheOffence) {
  ASSERT_FALSE(read(R"("tracks":null,"loose":{"id":"1","any":[{}],"flag":"x"})"));
  EXPECT_TRUE(out.loose);
  EXPECT_EQ(notes.first_pointer(), "/loose/flag");
  // The drop within it goes with it.
  ASSERT_FALSE(read(R"("tracks":null,"loose":{"flag":"x","id":12345,"any":[{}]})"));
  EXPECT_FALSE(out.loose);
  EXPECT_EQ(notes.count, 1U);
  EXPECT_EQ(notes.first_pointer(), "/loose/id");
  ASSERT_FALSE(read(R"("tracks":null,"f64":"x","loose":{"flag":"x"})"));
  EXPECT_EQ(notes.count, 2U);
  EXPECT_EQ(notes.first_pointer(), "/f64");
}

TEST_F(ParseInto, DropsAMemberOfAnotherTypeOnlyWhereItsRuleSaysSo) {
  for (const char* value : {"7", "\"text\"", "[{\"id\":\"1\"}]", "true"}) {
    ASSERT_FALSE(read(std::string{R"("tracks":null,"deep":)"} + value)) << value;
    EXPECT_FALSE(out.deep) << value;
    EXPECT_EQ(notes.count, 1U);
    EXPECT_EQ(notes.first_pointer(), "/deep");
  }
  EXPECT_EQ(read(R"("tracks":null,"deep":{"id":7})")->pointer(), "/deep/id")
      << "of its own type: its faults are faults";
  EXPECT_EQ(read(R"("tracks":null,"deep":{})")->code, errc::missing_member);
  EXPECT_EQ(read(R"("tracks":null,"deep":[})")->code, errc::unexpected_byte);
  EXPECT_EQ(read<read_options{}>(R"("tracks":null,"deep":7)")->pointer(), "/deep");
}

TEST_F(ParseInto, LeavesAStructEmptyThatRequiresNothingWhenTheTextIsNoObject) {
  test::lax empty;
  for (const char* text : {" [1,{\"text\":\"a\"}] ", "17", "\"{}\"", "null", "false"}) {
    EXPECT_FALSE((parse_into<test::lax, drop>(text, memory, empty, notes))) << text;
    EXPECT_FALSE(empty.text);
    EXPECT_EQ(notes.count, 1U) << text;
    EXPECT_EQ(notes.first, errc::wrong_type);
    EXPECT_EQ(notes.first_pointer(), "");
    const auto refused = parse_into<test::lax, read_options{}>(text, memory, empty, notes);
    EXPECT_EQ(refused->code, errc::wrong_type) << "only when it is asked to";
    EXPECT_EQ((parse_into<payload, drop>(text, memory, out, notes))->code, errc::wrong_type)
        << "members are required";
  }
  EXPECT_FALSE((parse_into<test::lax, drop>(R"({"text":"a"})", memory, empty, notes)));
  EXPECT_EQ(empty.text, "a");
  EXPECT_EQ(notes.count, 0U);
  for (const char* text : {"", "bad json", "[1", "17 18", "[}", "\"\xff\""}) {
    const auto refused = parse_into<test::lax, drop>(text, memory, empty, notes);
    ASSERT_TRUE(refused) << text;
    EXPECT_FALSE(is_schema_error(refused->code)) << text;
  }
}

TEST_F(ParseInto, ReadsOnBehindADroppedMember) {
  ASSERT_FALSE(read(R"("mode":[1,{"a":"]"}],"loose":[[[]]],"f64":1e999,"tracks":[],"level":7)"));
  EXPECT_EQ(notes.count, 3U);
  EXPECT_EQ(out.level, 7);
  EXPECT_TRUE(out.tracks);
}

TEST_F(ParseInto, NeverDropsASyntaxError) {
  for (const std::string_view members :
       {R"("mode":"\q")", R"("mode":01)", R"("loose":{"id":1,"x":[}})", R"("mode":)",
        "\"mode\":[\"\xff\"]", R"("loose":{"id":1,"x":tru})"}) {
    const auto got = read(members);
    ASSERT_TRUE(got) << members;
    EXPECT_FALSE(is_schema_error(got->code)) << members;
  }
}

TEST_F(ParseInto, NeverDropsWhatGoesTooDeepOrComesTwice) {
  EXPECT_EQ(read(R"("mode":)" + std::string(40, '['))->code, errc::depth_exceeded);
  EXPECT_EQ(read(R"("loose":{"id":"1","id":"2"})")->code, errc::duplicate_member);
  EXPECT_EQ(read(R"("mode":"x","mode":"fast")")->code, errc::duplicate_member);
}

TEST_F(ParseInto, GivesTheArenaBackWhatADroppedMemberTook) {
  ASSERT_FALSE(read(R"("tracks":null,"mode":"sl\u006fw")"));
  EXPECT_GE(memory.used(), 4U);
  memory.rewind(0);
  ASSERT_FALSE(read(R"("tracks":null,"mode":"o\u0074her")"));
  EXPECT_EQ(memory.used(), 0U);
}

TEST_F(ParseInto, ForgetsWhatWasReadBefore) {
  ASSERT_FALSE(read(R"("tracks":null,"mode":"x","i64":5,"odd":"a")"));
  ASSERT_FALSE(read(R"("tracks":null)"));
  EXPECT_FALSE(out.i64);
  EXPECT_EQ(notes.count, 0U);
  EXPECT_EQ(notes.first_pointer(), "");
}

}  // namespace
}  // namespace callgate::json
