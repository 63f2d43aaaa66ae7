// SPDX-License-Identifier: Apache-2.0
// Nothing malformed is taken, wherever it stands, and nothing that is JSON is refused.
#include "tests/support/differential.hpp"
#include "tests/support/json_payload.hpp"
#include "tests/support/json_texts.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace callgate::test {
namespace {

// Texts around a value of which the schema of test::payload says nothing.
struct place {
  std::string_view before, after;
};
constexpr std::string_view known = R"({"code":200,"task_id":"t","tracks":null,)";
constexpr std::array places = std::to_array<place>({
    {R"("unknown":)", "}"},
    {R"("unknown": )", " \n}"},
    {R"("unknown":)", R"(,"level":7})"},
    {R"("unknown":[)", "]}"},
    {R"("unknown":[0,"a", )", " ]}"},
    {R"("unknown":{"a":)", "}}"},
    {R"("unknown":{"a":[0,{"b":[)", R"(]}],"c":1},"level":7})"},
    {R"("deep":{"id":"a","any":)", "}}"},
    {R"("deep":{"id":"a","any":[{"b":)", R"(}],"flag":true}})"},
    {R"("deep":{"id":"a","unknown":)", "}}"},
    {R"("trackList":[{"id":"1","unknown":)", R"(},{"id":"2"}]})"},
});

constexpr json::read_options lenient{
    .empty_strings_absent = true, .numbers_in_strings = true, .drop_invalid_members = true};

std::string within(const place& where, std::string_view text) {
  return std::string{known} + std::string{where.before} + std::string{text} +
         std::string{where.after};
}

verdicts read_everywhere(std::string_view text) {
  verdicts seen;
  for (const place& where : places) {
    const std::string all = within(where, text);
    EXPECT_EQ(syntax_differences(all, limits::max_depth, seen), "");
    EXPECT_EQ((differences<payload, json::read_options{}>(all, seen)), "");
    EXPECT_EQ((differences<payload, lenient>(all, seen)), "");
  }
  return seen;
}

TEST(Malformed, IsRefusedAsAWholeDocumentWithItsReason) {
  std::set<json::errc> seen;
  for (const malformed_text& each : json_texts::malformed) {
    const exact_copy copy{each.text};
    const auto got = json::validate(copy.view());
    ASSERT_TRUE(got) << shown(each.text);
    EXPECT_EQ(enum_name(got->code), enum_name(each.code)) << shown(each.text);
    if (each.code == json::errc::unexpected_end) {
      EXPECT_EQ(got->offset, each.text.size()) << shown(each.text);
    }
    verdicts outcome;
    EXPECT_EQ(syntax_differences(each.text, limits::max_depth, outcome), "");
    EXPECT_EQ((differences<payload, json::read_options{}>(each.text, outcome)), "");
    EXPECT_EQ((differences<payload, lenient>(each.text, outcome)), "");
    EXPECT_EQ(outcome.accepted, 0U) << shown(each.text);
    seen.insert(each.code);
  }
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(json::errc::trailing_bytes) + 1)
      << "not every error of syntax has a text";
}

TEST(Malformed, IsRefusedInWhatTheSchemaDoesNotKnow) {
  for (const malformed_text& each : json_texts::malformed) {
    EXPECT_EQ(read_everywhere(each.text).accepted, 0U) << shown(each.text);
  }
}

TEST(Malformed, IsRefusedInMembersThatAreDroppedForTheirType) {
  for (const malformed_text& each : json_texts::malformed) {
    for (const place& where : {place{R"("mode":[)", "]}"}, place{R"("loose":[{"a":)", "}]}"},
                               place{R"("f64":{"a":)", R"(},"level":7})"}}) {
      verdicts seen;
      EXPECT_EQ((differences<payload, lenient>(within(where, each.text), seen)), "");
      EXPECT_EQ(seen.accepted, 0U) << shown(each.text);
    }
  }
}

TEST(Malformed, IsRefusedInMembersOfEveryType) {
  for (const malformed_text& each : json_texts::malformed) {
    for (const std::string name : {"code",  "task_id", "i64",   "u32",    "u64",   "f32",  "f64",
                                   "shade", "paint",   "deep",  "tracks", "tags",  "grid", "gaps",
                                   "kind",  "mode",    "level", "ratio",  "a/b~c", "loose"}) {
      std::string text = "{\"" + name + "\":" + std::string{each.text};
      if (name != "code") text += R"(,"code":200)";
      if (name != "task_id") text += R"(,"task_id":"t")";
      if (name != "tracks") text += R"(,"tracks":[])";
      verdicts seen;
      EXPECT_EQ((differences<payload, json::read_options{}>(text + "}", seen)), "");
      EXPECT_EQ((differences<payload, lenient>(text + "}", seen)), "");
      EXPECT_EQ(seen.accepted, 0U) << shown(text);
    }
  }
}

TEST(Malformed, IsAnyByteButSpaceBetweenTheTokens) {
  constexpr std::array tokens = std::to_array<std::string_view>(
      {"{", "\"code\"", ":",           "200", ",",     "\"tracks\"", ":",     "[",
       "]", ",",        "\"task_id\"", ":",   "\"t\"", ",",          "\"x\"", ":",
       "[", "{",        "}",           ",",   "true",  "]",          "}"});
  for (std::size_t place = 0; place <= tokens.size(); ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text;
      for (std::size_t i = 0; i <= tokens.size(); ++i) {
        if (i == place) text += static_cast<char>(byte);
        if (i < tokens.size()) text += tokens[i];
      }
      const bool space = byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
      verdicts seen;
      EXPECT_EQ((differences<payload, json::read_options{}>(text, seen)), "");
      EXPECT_EQ(seen.accepted, space ? 1U : 0U) << shown(text);
    }
  }
}

TEST(WellFormed, IsTakenWhereverTheSchemaDoesNotKnowIt) {
  for (const std::string_view text : json_texts::valid) {
    verdicts seen;
    EXPECT_EQ(syntax_differences(text, limits::max_depth, seen), "");
    EXPECT_EQ(
        syntax_differences(" \t\r\n" + std::string{text} + " \t\r\n", limits::max_depth, seen), "");
    EXPECT_EQ(seen.refused, 0U) << shown(text);
    EXPECT_EQ(read_everywhere(text).refused, 0U) << shown(text);
  }
}

TEST(WellFormed, IsKeptAsItStandsWithoutTheSpaceAroundIt) {
  for (const std::string_view text : json_texts::valid) {
    const exact_copy copy{within({R"("deep":{"id":"a","any" :)"
                                  "\n\t ",
                                  " \r\n}}"},
                                 text)};
    const std::size_t bytes = json::arena_bytes_needed<payload>(copy.view().size());
    const std::unique_ptr<std::byte[]> buffer{new std::byte[bytes]};
    for (const json::instruction_set set : sets_here()) {
      reading<payload> got;
      got.read<json::read_options{}>(copy.view(), {buffer.get(), bytes}, set);
      ASSERT_FALSE(got.failed) << shown(text);
      if (text != "null") {
        ASSERT_TRUE(got.value.deep->any) << shown(text);
        EXPECT_EQ(got.value.deep->any->text, text);
      }
    }
  }
}

}  // namespace
}  // namespace callgate::test
