// SPDX-License-Identifier: Apache-2.0
// Payloads with keywords that members' rules do not say: the generated parser against what callgen
// expects of the examples of tests/schemas/every_keyword.yaml.
#include <callgate/schema/check_part.hpp>

#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/parse_into.hpp>
#include <callgate/schemas/every_keyword.examples.hpp>
#include <callgate/schemas/every_keyword.hpp>

#include "tests/support/counted_heap.hpp"
#include "tests/support/exact_copy.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::schema {
namespace {

using provider = schemas::every_keyword::provider;

std::optional<json::error> read(std::string_view body, provider::payload& out) {
  std::vector<std::byte> room(json::arena_bytes_needed<provider::payload>(body.size()));
  arena memory{room};
  json::drops notes;
  const std::size_t before = counted_heap::allocations;
  auto failed = json::parse_into<provider::payload, provider::tolerance>(body, memory, out, notes);
  EXPECT_EQ(counted_heap::allocations, before) << body;
  return failed;
}

std::string error_of(std::string_view body) {
  const test::exact_copy copy{body};
  provider::payload out{};
  const auto failed = read(copy.view(), out);
  std::array<char, 300> room;
  return failed ? std::string{json::describe(*failed, room)} : std::string{};
}

TEST(check_part, says_what_callgen_says) {
  std::size_t seen = 0;
  for (const example& each : schemas::every_keyword::examples)
    for (const example_step& step : each.steps) {
      EXPECT_EQ(error_of(step.body), step.expected.error.value_or("")) << each.name;
      ++seen;
    }
  EXPECT_GT(seen, 25U);
}

TEST(check_part, offsets_count_from_the_text) {
  provider::payload out{};
  const std::string_view body = R"({"id":"a","tags":["main","x","X"]})";
  const auto failed = read(body, out);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->code, json::errc::not_matching);
  EXPECT_EQ(failed->pointer(), "/tags/2");
  EXPECT_EQ(failed->offset, body.find("\"X\""));
}

// {"additionalProperties": {"maxLength": 1}}
constexpr object_rules any_name{.additional = 1};
constexpr string_rules one_letter{.max_length = 1};
constexpr std::array<node, 2> one_letter_each{node{.objects = &any_name},
                                              node{.strings = &one_letter}};

TEST(check_part, tells_the_first_unless_somebody_hears_all) {
  const std::string_view value = R"({"a":"xx","b":"y","c":"zz"})";
  json::check_report first;
  EXPECT_FALSE(check_part(one_letter_each, 0, value, first));
  EXPECT_EQ(first.broken.pointer(), "/a");
  EXPECT_EQ(first.broken.offset, value.find("\"xx\""));

  std::vector<std::string> heard;
  json::check_report all{.ear = &heard};
  all.hear = [](void* ear, const json::offence& what) {
    std::array<char, 200> room;
    static_cast<std::vector<std::string>*>(ear)->emplace_back(json::describe(what, room));
  };
  EXPECT_FALSE(check_part(one_letter_each, 0, value, all));
  EXPECT_EQ(heard, (std::vector<std::string>{R"(/a: maxLength 1: found "xx" at byte 5)",
                                             R"(/c: maxLength 1: found "zz" at byte 22)"}));
  heard.clear();
  EXPECT_FALSE(check_content(one_letter_each, 0, value, 0, all));
  EXPECT_EQ(heard, std::vector<std::string>{"(root): contentMediaType application/json: found " +
                                            std::string{value} + " at byte 0"});
}

TEST(check_part, what_has_no_type_is_kept_as_text) {
  provider::payload out{};
  EXPECT_FALSE(read(R"({"id":"a","either":7,"one":null,"labels":{"a":"b"}})", out));
  ASSERT_TRUE(out.either);
  EXPECT_EQ(out.either->text, "7");
  ASSERT_TRUE(out.labels);
  EXPECT_EQ(out.labels->text, R"({"a":"b"})");
}

}  // namespace
}  // namespace callgate::schema
