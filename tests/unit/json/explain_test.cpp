// SPDX-License-Identifier: Apache-2.0
// Everything that is wrong with a text: what is told of each thing, and that a text has something
// wrong with it exactly when the reader refuses it.
#include <callgate/json/explain.hpp>

#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/parse_into.hpp>

#include "tests/support/exact_copy.hpp"
#include "tests/support/json_generator.hpp"
#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::test {

struct vault {
  std::string_view key{};
  std::optional<json::raw_value> rest{};
};
struct account {
  std::optional<std::string_view> token{};
  std::optional<vault> safe{};
  std::optional<arena_vector<std::string_view, 2>> codes{};
};
struct holder {
  std::string_view name{};
  std::optional<account> owner{};
};

}  // namespace callgate::test

template <>
struct callgate::reflect<callgate::test::vault> {
  static constexpr std::string_view name = "Vault";
  static constexpr auto members = std::tuple{
      member{"key", &test::vault::key, rule{.required = true, .max_length = 2}},
      member{"rest", &test::vault::rest},
  };
};
template <>
struct callgate::reflect<callgate::test::account> {
  static constexpr std::string_view name = "Account";
  static constexpr auto members = std::tuple{
      member{"token", &test::account::token, rule{.sensitive = true, .max_length = 4}},
      member{"safe", &test::account::safe, rule{.sensitive = true}},
      member{"codes", &test::account::codes, rule{.sensitive = true, .max_items = 2}},
  };
};
template <>
struct callgate::reflect<callgate::test::holder> {
  static constexpr std::string_view name = "Holder";
  static constexpr auto members = std::tuple{
      member{"name", &test::holder::name, rule{.required = true, .max_length = 4}},
      member{"owner", &test::holder::owner, rule{.holds_sensitive = true}},
  };
};

namespace callgate::json {
namespace {

using test::payload;
using lines = std::vector<std::string>;

struct explained {
  bool good = false;
  std::vector<error> broken;
  lines said;
};

template <class T, read_options O>
explained explain_all(std::string_view text) {
  const std::size_t bytes = arena_bytes_needed<T>(text.size());
  const std::unique_ptr<std::byte[]> buffer{new std::byte[bytes]};
  arena memory{{buffer.get(), bytes}};
  T scratch;
  explained found;
  found.good = explain<T, O>(text, memory, scratch, [&found](const offence& what) {
    std::array<char, 512> room;
    found.broken.push_back(what.broken);
    found.said.emplace_back(describe(what, room));
    return true;
  });
  return found;
}

template <class T, read_options O>
std::optional<error> refused(std::string_view text) {
  const std::size_t bytes = arena_bytes_needed<T>(text.size());
  const std::unique_ptr<std::byte[]> buffer{new std::byte[bytes]};
  arena memory{{buffer.get(), bytes}};
  T out;
  drops notes;
  return parse_into<T, O>(text, memory, out, notes);
}

template <read_options O = read_options{}>
lines said_of(const std::string& members) {
  const std::string text = R"({"code":200,"task_id":"t",)" + members + "}";
  return explain_all<payload, O>(text).said;
}

constexpr read_options drop{.drop_invalid_members = true};

TEST(Explain, SaysNothingOfWhatIsRight) {
  EXPECT_EQ(said_of(R"("tracks":null)"), lines{});
}

TEST(Explain, SaysAllThatIsWrongWithWhatWasExpectedAndFound) {
  EXPECT_EQ(said_of(R"("tracks":[{"id":"123456789","url":"x","duration":0},7],"shade":"pink",)"
                    R"("level":3,"u32":-1,"kind":"other","f32":2)"),
            (lines{R"(/tracks/0/id: maxLength 8: found "123456789" at byte 42)",
                   R"(/tracks/0/url: minLength 2: found "x" at byte 60)",
                   "/tracks/0/duration: minimum more than 0: found 0 at byte 75",
                   "/tracks/1: type object: found 7 at byte 78",
                   R"(/shade: enum red, green, blue: found "pink" at byte 89)",
                   "/level: enum -1, 7: found 3 at byte 104",
                   "/u32: range 0 to 4294967295: found -1 at byte 112",
                   R"(/kind: const callback: found "other" at byte 122)",
                   "/f32: maximum 0.1: found 2 at byte 136"}));
}

TEST(Explain, SaysWhatANumbersTypeHolds) {
  EXPECT_EQ(said_of(R"("tracks":null,"i64":1e30,"u64":-1,"f32":1e39,"f64":1e999,"gaps":[3e9])"),
            (lines{"/i64: range -9223372036854775808 to 9223372036854775807: found 1e30 at byte 46",
                   "/u64: range 0 to 18446744073709551615: found -1 at byte 57",
                   "/f32: range -3.4028235e+38 to 3.4028235e+38: found 1e39 at byte 66",
                   "/f64: range -1.7976931348623157e+308 to 1.7976931348623157e+308: "
                   "found 1e999 at byte 77",
                   "/gaps/0: range -2147483648 to 2147483647: found 3e9 at byte 91"}));
  EXPECT_EQ(said_of(R"("tracks":null,"u64":1,"u32":4000000001,"gaps":[1001])"),
            (lines{"/u64: minimum 2: found 1 at byte 46",
                   "/u32: maximum 4000000000: found 4000000001 at byte 54",
                   "/gaps/0: maximum 1000: found 1001 at byte 73"}));
}

TEST(Explain, NamesEveryMemberThatIsMissing) {
  EXPECT_EQ((explain_all<payload, read_options{}>("{}").said),
            (lines{"/code: required at byte 1", "/task_id: required at byte 1",
                   "/tracks: required at byte 1"}));
}

TEST(Explain, LooksAtItemsThatAreTooMany) {
  EXPECT_EQ(said_of(R"("tracks":null,"grid":[[1,2,3,4,5,"x",{}],[]])"),
            (lines{"/grid/0: maxItems 4: found [1,2,3,4,5,\"x\",{}] at byte 48",
                   R"(/grid/0/5: type integer: found "x" at byte 59)",
                   "/grid/0/6: type integer: found {} at byte 63",
                   "/grid/1: minItems 1: found [] at byte 67"}));
}

TEST(Explain, WhatIsDroppedIsNothingWrong) {
  EXPECT_EQ(said_of<drop>(R"("tracks":[{"id":"1","url":"x","duration":0}])"), lines{});
  EXPECT_EQ(said_of<drop>(R"("tracks":null,"deep":7)"), lines{});
  EXPECT_EQ(said_of<drop>(R"("tracks":null,"deep":{"flag":1})"),
            lines{"/deep/id: required at byte 56"});
}

TEST(Explain, OfSpellingsOnlyTheOneThatCountsIsWrong) {
  EXPECT_EQ(said_of(R"("tracks":null,"taskId":7)"), lines{});
  EXPECT_EQ((explain_all<payload, read_options{}>(
                 R"({"task-id":7,"taskId":8,"tracks":null,"trackList":1,"lo":2,"code":true})")
                 .said),
            (lines{"/code: type integer: found true at byte 66",
                   "/taskId: type string: found 8 at byte 22",
                   "/trackList: type array or null: found 1 at byte 50",
                   "/lo: type object: found 2 at byte 57"}));
}

TEST(Explain, GoesOnToWhereTheTextCeasesToBeJson) {
  EXPECT_EQ(said_of(R"("tracks":7,"level":3,"u64":01,"shade":1)"),
            (lines{"/tracks: type array or null: found 7 at byte 35",
                   "/level: enum -1, 7: found 3 at byte 45", "/u64: bad_number at byte 54"}));
  EXPECT_EQ((explain_all<payload, read_options{}>("7 8").said),
            (lines{"(root): type object: found 7 at byte 0", "trailing_bytes at byte 2"}));
}

TEST(Explain, EndsWhenTheSinkHasHeardEnough) {
  std::array<std::byte, 1 << 14> buffer;
  arena memory{buffer};
  payload scratch;
  int heard = 0;
  EXPECT_FALSE(
      explain<payload>("{}", memory, scratch, [&heard](const offence&) { return ++heard < 2; }));
  EXPECT_EQ(heard, 2);
}

TEST(Explain, ShowsNothingOfWhatIsSensitive) {
  const auto said = [](std::string_view text) {
    const explained found = explain_all<test::holder, read_options{}>(text);
    const auto first = refused<test::holder, read_options{}>(text);
    EXPECT_EQ(first.has_value(), !found.good);
    if (first && !found.broken.empty()) {
      EXPECT_EQ(first->pointer(), found.broken[0].pointer());
    }
    return found.said;
  };
  EXPECT_EQ(said(R"({"name":"n","owner":{"token":"s3cret"}})"),
            lines{"/owner/token: maxLength 4 at byte 29"});
  EXPECT_EQ(said(R"({"name":"n","owner":{"safe":{"key":"s3cret"}}})"),
            lines{"/owner/safe: maxLength 2 at byte 35"});
  EXPECT_EQ(said(R"({"name":"n","owner":{"codes":["a","b","s3cret"],"safe":{}}})"),
            (lines{"/owner/codes: maxItems 2 at byte 29", "/owner/safe: required at byte 56"}));
  EXPECT_EQ(said(R"({"name":"n","owner":["s3cret"]})"), lines{"/owner: type object at byte 20"});
  EXPECT_EQ(said(R"(["s3cret"])"), lines{"(root): type object at byte 0"});
}

TEST(Explain, ASecretsSyntaxErrorNamesNothingOfIt) {
  const auto first = refused<test::holder, read_options{}>(
      R"({"name":"n","owner":{"safe":{"key":"a","s3cret":01}}})");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->pointer(), "/owner/safe");
}

TEST(Explain, ALineHasNoControlCharacters) {
  EXPECT_EQ((explain_all<test::holder, read_options{.unknown = unknown_members::reject}>(
                 "{\"name\":\"n\",\"a\\u001bb\":[\n1]}")
                 .said),
            lines{"/a b: unknown_members at byte 12"});
  // Nor those of C1; what is behind them stays, and other texts of the same bytes.
  EXPECT_EQ((explain_all<test::holder, read_options{.unknown = unknown_members::reject}>(
                 "{\"name\":\"n\",\"a\xc2\x80\xc2\x9f"
                 "b\":1,\"\xc2\xa0\xc3\x80\":2}")
                 .said),
            (lines{"/a  b: unknown_members at byte 12",
                   "/\xc2\xa0\xc3\x80: unknown_members at byte 23"}));
  EXPECT_EQ(said_of("\"tracks\":null,\"u32\":\"\xc2\x9b"
                    "2J\""),
            lines{"/u32: type integer: found \" 2J\" at byte 46"});
}

// The verdict, and the first thing that is told, are the reader's.
template <read_options O>
void compare(std::string_view text, std::size_t& seen) {
  const test::exact_copy copy{text};
  const auto first = refused<payload, O>(copy.view());
  const explained found = explain_all<payload, O>(copy.view());
  ASSERT_EQ(found.good, !first) << text;
  ASSERT_EQ(found.broken.empty(), !first) << text;
  if (!first) return;
  ++seen;
  ASSERT_EQ(enum_name(found.broken[0].code), enum_name(first->code)) << text;
  ASSERT_EQ(found.broken[0].offset, first->offset) << text;
  ASSERT_EQ(found.broken[0].pointer(), first->pointer()) << text;
}

template <read_options O>
void compare_many(std::uint32_t seed) {
  test::json_generator generator{seed};
  std::size_t seen = 0;
  for (int i = 0; i < 2000 && !testing::Test::HasFatalFailure(); ++i) {
    const std::string text = generator.document<payload>();
    compare<O>(text, seen);
    for (int n = 0; n < 4; ++n) compare<O>(generator.damage(text), seen);
  }
  EXPECT_GT(seen, 2000U);
}

TEST(Explain, VerdictsAreTheReaders) {
  compare_many<read_options{}>(12);
  compare_many<read_options{.nulls_absent = false, .unknown = unknown_members::reject}>(13);
  compare_many<read_options{
      .empty_strings_absent = true, .numbers_in_strings = true, .drop_invalid_members = true}>(14);
  compare_many<read_options{.drop_invalid_members = true, .max_depth = 4}>(15);
}

}  // namespace
}  // namespace callgate::json
