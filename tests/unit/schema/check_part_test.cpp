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
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::schema {
namespace {

using provider = schemas::every_keyword::provider;

// What `out` views is there until the next call.
std::optional<json::error> read(std::string_view body, provider::payload& out) {
  static std::vector<std::byte> room;
  room.resize(json::arena_bytes_needed<provider::payload>(body.size()));
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

// --- shapes of patterns

std::set<const pattern*> patterns_with_a_shape() {
  std::set<const pattern*> found;
  const auto add = [&found](const pattern* each) {
    if (each != nullptr && each->shape != nullptr) found.insert(each);
  };
  for (const node& each : schemas::every_keyword::check_data::nodes) {
    if (each.strings != nullptr) add(each.strings->matches);
    if (each.objects == nullptr) continue;
    for (const pattern_property& property : each.objects->patterns) add(property.name);
  }
  return found;
}

// Bytes that the table tells apart, so that most texts come near a match.
std::string telling_bytes(const pattern& wanted) {
  std::string out;
  for (unsigned byte = 0; byte < 128; ++byte)
    if (byte == 0 || wanted.classes[byte] != 0 || wanted.classes[byte] != wanted.classes[byte - 1])
      out.push_back(static_cast<char>(byte));
  return out;
}

// A text that the shape accepts, if it is as long as the shape wants, or one byte of it changed.
std::string near_match(const pattern& wanted, const std::string& bytes, std::size_t length,
                       std::minstd_rand& chance) {
  const pattern_shape& shape = *wanted.shape;
  std::string out;
  for (std::size_t i = 0; i < length; ++i) {
    const unsigned bit = i < shape.places.size() ? shape.places[i] : shape.rest;
    std::string fitting;
    for (const char c : bytes)
      if (bit == 0 || ((*shape.sets)[static_cast<unsigned char>(c)] & bit) != 0)
        fitting.push_back(c);
    out.push_back(fitting[chance() % fitting.size()]);
  }
  if (length != 0 && chance() % 2 == 0) out[chance() % length] = bytes[chance() % bytes.size()];
  return out;
}

TEST(check_part, shapes_of_patterns_say_what_their_tables_say) {
  std::minstd_rand chance{7};
  const auto patterns = patterns_with_a_shape();
  EXPECT_GE(patterns.size(), 5U);
  std::size_t matched = 0, refused = 0;
  for (const pattern* each : patterns) {
    const std::string bytes = telling_bytes(*each);
    for (std::size_t round = 0; round < 4000; ++round) {
      const std::string text = near_match(*each, bytes, chance() % 30, chance);
      const bool said = each->table_matches(text);
      ASSERT_EQ(each->shape->matches(text), said) << each->text << ": " << text;
      ++(said ? matched : refused);
    }
  }
  EXPECT_GT(matched, 1000U);
  EXPECT_GT(refused, 1000U);
}

}  // namespace
}  // namespace callgate::schema
