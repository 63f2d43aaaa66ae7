// SPDX-License-Identifier: Apache-2.0
// Every reason to refuse a text is given by some text.
#include <callgate/json/errc.hpp>
#include <callgate/json/parse.hpp>

#include "tests/support/exact_copy.hpp"
#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace callgate::json {
namespace {

constexpr std::string_view head = R"({"code":200,"task_id":"t","tracks":null,)";

struct refused {
  errc code;
  std::string_view pointer;
  std::string_view rest;  // behind head
};

// Read with unknown members refused, and with an arena of 64 bytes.
constexpr refused cases[] = {
    {errc::unexpected_end, "/i64", R"("i64":)"},
    {errc::unexpected_byte, "/i64", R"("i64":?})"},
    {errc::bad_literal, "/deep/flag", R"("deep":{"id":"a","flag":trUe}})"},
    {errc::bad_number, "/i64", R"("i64":01})"},
    {errc::bad_string, "/kind", "\"kind\":\"\n\"}"},
    {errc::bad_escape, "/kind", R"("kind":"\q"})"},
    {errc::bad_surrogate, "/kind", R"("kind":"\ud800"})"},
    {errc::bad_utf8, "/kind", "\"kind\":\"\xff\"}"},
    {errc::trailing_bytes, "", R"("i64":1} 2)"},
    {errc::duplicate_member, "/i64", R"("i64":1,"i64":1})"},
    {errc::depth_exceeded, "/deep/any",
     R"("deep":{"id":"a","any":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[)"},
    {errc::arena_exhausted, "/paint",
     R"("paint":"\n234567890123456789012345678901234567890123456789012345678901234567890"})"},
    {errc::wrong_type, "/i64", R"("i64":"1"})"},
    {errc::number_out_of_range, "/u32", R"("u32":4294967296})"},
    {errc::missing_member, "/deep/id", R"("deep":{}})"},
    {errc::not_in_enum, "/mode", R"("mode":"other"})"},
    {errc::not_const, "/kind", R"("kind":"other"})"},
    {errc::too_short, "/tags/0", R"("tags":[""]})"},
    {errc::too_long, "/a~1b~0c", R"("a/b~c":"12345"})"},
    {errc::too_small, "/u64", R"("u64":1})"},
    {errc::too_big, "/gaps/1", R"("gaps":[null,1001]})"},
    {errc::too_few_items, "/grid/1", R"("grid":[[1],[]]})"},
    {errc::too_many_items, "/tags", R"("tags":["a","b","c","d","e"]})"},
    {errc::unknown_member, "/no~1such", R"("no/such":1})"},
};

TEST(JsonErrc, IsProducedInFullWithThePointerOfTheOffence) {
  std::set<errc> seen;
  for (const refused& c : cases) {
    const test::exact_copy text{std::string{head} + std::string{c.rest}};
    std::array<std::byte, 64> buffer;
    arena memory{buffer};
    const auto got =
        parse<test::payload, read_options{.unknown = unknown_members::reject}>(text.view(), memory);
    ASSERT_FALSE(got) << c.rest;
    EXPECT_EQ(enum_name(got.error().code), enum_name(c.code)) << c.rest;
    EXPECT_EQ(got.error().pointer(), c.pointer) << c.rest;
    seen.insert(got.error().code);
  }
  // Those after it are of JSON Schemas: tests/unit/schema.
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(errc::unknown_member) + 1);
}

TEST(JsonErrc, SplitsSyntaxFromSchema) {
  EXPECT_FALSE(is_schema_error(errc::unexpected_end));
  EXPECT_FALSE(is_schema_error(errc::duplicate_member));
  EXPECT_FALSE(is_schema_error(errc::arena_exhausted));
  EXPECT_TRUE(is_schema_error(errc::wrong_type));
  EXPECT_TRUE(is_schema_error(errc::unknown_member));
}

}  // namespace
}  // namespace callgate::json
