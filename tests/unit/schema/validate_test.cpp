// SPDX-License-Identifier: Apache-2.0
// What a violation of the validator tells, and what checking costs. Which values are valid, the
// scalar_checks among them, is tested by the files of
// tests/schema_suite.
#include <callgate/schema/validate.hpp>

#include <callgate/schema/describe.hpp>

#include "tests/support/counted_heap.hpp"
#include "tests/support/exact_copy.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::schema {
namespace {

// {"properties": {"a": {"items": {"type": "integer", "maximum": 9}}, "s": {"maxLength": 3,
//  "x-sensitive": true}}, "required": ["a", "b"]}
constexpr std::array<known_key, 3> keys{{{"a", 1}, {"s", 3}, {"b"}}};
constexpr object_rules members{.keys = keys, .required = {0b101U}};
constexpr array_rules items{.items = 2};
constexpr number_rules at_most_9{.maximum = "9"};
constexpr string_rules short_text{.max_length = 3};
constexpr std::array<node, 4> nodes{
    node{.types = types::object, .objects = &members},
    node{.arrays = &items},
    node{.types = types::integer, .numbers = &at_most_9},
    node{.sensitive = true, .strings = &short_text},
};

std::vector<std::string> lines_of(document schema, std::string_view text) {
  const test::exact_copy copy{text};
  std::vector<std::string> lines;
  const bool good = validate_all(schema, copy.view(), [&lines](const violation& found) {
    std::array<char, 256> room;
    lines.emplace_back(describe(found, room));
    return true;
  });
  EXPECT_EQ(good, lines.empty());
  return lines;
}

using lines = std::vector<std::string>;

TEST(validate, says_nothing_of_what_is_right) {
  EXPECT_EQ(lines_of(nodes, R"( {"a":[1,9],"b":null,"s":"abc"} )"), lines{});
}

TEST(validate, tells_where_what_and_why) {
  EXPECT_EQ(lines_of(nodes, R"({"b":0,"a":[1,"x",12]})"),
            (lines{R"(/a/1: type integer: found "x" at byte 14)",
                   "/a/2: maximum 9: found 12 at byte 18"}));
}

TEST(validate, names_the_member_that_is_missing) {
  EXPECT_EQ(lines_of(nodes, "{}"),
            (lines{"/a: required: found {} at byte 0", "/b: required: found {} at byte 0"}));
}

TEST(validate, shows_no_sensitive_value) {
  EXPECT_EQ(lines_of(nodes, R"({"a":[],"b":0,"s":"secret"})"), lines{"/s: maxLength 3 at byte 18"});
}

// {"properties": {"p": {"x-sensitive": true, "additionalProperties": {"maxLength": 3}}}}
constexpr std::array<known_key, 1> only_p{{{"p", 1}}};
constexpr object_rules with_p{.keys = only_p}, any_name{.additional = 2},
    open_names{.additional = 1};
constexpr std::array<node, 3> secret{
    node{.sensitive = true, .objects = &with_p},
    node{.sensitive = true, .secret = true, .objects = &any_name},
    node{.sensitive = true, .secret = true, .strings = &short_text},
};

TEST(validate, names_have_no_escapes_in_a_pointer) {
  constexpr std::array<node, 2> open{node{.objects = &open_names}, node{.strings = &short_text}};
  EXPECT_EQ(lines_of(open, R"({"a\"\u00e9\/b":"long"})"),
            lines{"/a\"\u00e9~1b: maxLength 3: found \"long\" at byte 16"});
  const auto long_name = validate(open, "{\"\\n" + std::string(500, 'x') + "\":\"long\"}");
  ASSERT_FALSE(long_name);
  EXPECT_EQ(long_name.error().where.view(),
            "/\n" + std::string(limits::max_pointer_bytes - 2, 'x'));
}

TEST(validate, names_no_member_of_a_sensitive_value) {
  EXPECT_EQ(lines_of(secret, R"({"p":{"s3cret":"long","x":"long"},"q":1})"),
            (lines{"/p: maxLength 3 at byte 15", "/p: maxLength 3 at byte 26"}));
}

TEST(validate, a_known_member_may_not_come_twice) {
  EXPECT_EQ(lines_of(nodes, R"({"a":[],"b":0,"a":[1]})"),
            lines{"/a: duplicate_member: found [1] at byte 18"});
}

TEST(validate, what_is_no_json_has_one_violation) {
  EXPECT_EQ(lines_of(nodes, R"({"a":[01]})"), lines{"bad_number at byte 7"});
  EXPECT_EQ(lines_of(nodes, ""), lines{"unexpected_end at byte 0"});
}

TEST(validate, stops_at_the_first_when_that_is_enough) {
  const auto first = validate(nodes, R"({"a":["x","y"]})");
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, json::errc::wrong_type);
  EXPECT_EQ(first.error().where.view(), "/a/0");
  EXPECT_TRUE(validate(nodes, R"({"a":[],"b":1})"));
}

TEST(validate, long_values_are_cut) {
  const std::string text = "\"" + std::string(500, 'x') + "\"";
  const auto found = lines_of(nodes, text);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], "(root): type object: found \"" + std::string(63, 'x') + "... at byte 0");
}

// Each level looks at its value twice: anyOf of two that both go on.
constexpr std::array<index, 2> both{1, 2};
constexpr array_rules again{.items = 0};
constexpr array_rules again_but_long{.min_items = 2, .items = 0};
constexpr std::array<node, 3> doubling{
    node{.any_of = both},
    node{.types = types::array, .arrays = &again_but_long},
    node{.types = types::array, .arrays = &again},
};

TEST(validate, a_schema_cannot_make_it_look_for_ever) {
  std::string text = "1";
  for (int level = 0; level < 31; ++level) text = "[" + text + "]";
  const auto found = lines_of(doubling, text);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], "(root): too_complex at byte 0");
  EXPECT_EQ(lines_of(doubling, "[[]]"), lines{});
}

// {"properties": {"c": {"$ref": "#"}}, "allOf": [{"required": ["v"]}]}
constexpr std::array<known_key, 1> child{{{"c", 0}}}, only_v{{{"v"}}};
constexpr object_rules with_child{.keys = child}, with_v{.keys = only_v, .required = {1}};
constexpr std::array<index, 1> second{1};
constexpr std::array<node, 2> chain{
    node{.objects = &with_child, .all_of = second},
    node{.objects = &with_v},
};

TEST(validate, a_text_is_paid_for_once_per_look_however_deep_it_is) {
  std::string text = R"({"v":")" + std::string(20'000, 'x') + "\"}";
  for (int level = 0; level < 25; ++level) text = R"({"v":1,"c":)" + text + "}";
  EXPECT_EQ(lines_of(chain, text), lines{});
}

constexpr array_rules all_unique{.unique_items = true};
constexpr std::array<node, 1> unique{node{.arrays = &all_unique}};

TEST(validate, a_text_cannot_make_it_compare_for_ever) {
  std::string forth, back;
  for (int at = 0; at < 10'000; ++at) {
    const std::string member = "\"" + std::to_string(at) + "\":0";
    forth += (at == 0 ? "" : ",") + member;
    back = member + (at == 0 ? "" : ",") + back;
  }
  const auto found = lines_of(unique, "[{" + forth + "},{" + back + "}]");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], "(root): too_complex at byte 0");
}

// {"prefixItems": [{"uniqueItems": true}], "items": {"type": "null"}}: the second item is wrong,
// when not much of the budget is left or nothing.
constexpr array_rules unique_first{.prefix_items = second, .items = 2};
constexpr std::array<node, 3> wrong_second{node{.arrays = &unique_first},
                                           node{.arrays = &all_unique}, node{.types = types::null}};

TEST(validate, after_the_last_word_nothing_is_said) {
  for (int count = 100; count < 200; ++count) {
    std::string text;
    for (int at = 0; at < count; ++at) text += (at == 0 ? "" : ",") + std::to_string(100 + at);
    int said = 0;
    EXPECT_FALSE(validate_all(wrong_second, "[[" + text + "],1]",
                              [&said](const violation&) { return ++said, false; }));
    EXPECT_EQ(said, 1) << count;
  }
}

TEST(validate, allocates_nothing) {
  const std::string text = R"({"a":[1,2,3],"b":{"x":[null,true,"\u00e9"]},"s":"abc"})";
  const std::size_t before = counted_heap::allocations;
  EXPECT_TRUE(validate(nodes, text));
  EXPECT_FALSE(validate(nodes, "[1]"));
  EXPECT_EQ(counted_heap::allocations, before);
}

}  // namespace
}  // namespace callgate::schema
