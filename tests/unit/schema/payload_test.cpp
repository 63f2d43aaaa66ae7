// SPDX-License-Identifier: Apache-2.0
// What generated payloads do beside checking types: keep secrets, fill in defaults, look into
// strings. What callgen expects of the examples of tests/schemas/every_member.yaml, the generated
// parser must do, too.
#include <callgate/schemas/every_keyword.examples.hpp>
#include <callgate/schemas/every_keyword.hpp>
#include <callgate/schemas/every_member.examples.hpp>
#include <callgate/schemas/every_member.hpp>

#include "tests/support/counted_heap.hpp"
#include "tests/support/explained.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::schema {
namespace {

using every_member = schemas::every_member::provider;
using lines = std::vector<std::string>;

// The room outlives what views it.
struct parsed {
  std::vector<std::byte> room;
  every_member::payload value{};
  std::string error{};
};

parsed parse(std::string_view body) {
  parsed out{std::vector<std::byte>(json::arena_bytes_needed<every_member::payload>(body.size()))};
  arena memory{out.room};
  json::drops notes;
  const std::size_t before = counted_heap::allocations;
  const auto failed = json::parse_into<every_member::payload, every_member::tolerance>(
      body, memory, out.value, notes);
  EXPECT_EQ(counted_heap::allocations, before) << body;
  std::array<char, 300> room;
  if (failed) out.error = json::describe(*failed, room);
  return out;
}

TEST(payload, says_what_callgen_says) {
  for (const example& each : schemas::every_member::examples)
    for (const example_step& step : each.steps) {
      const test::exact_copy copy{step.body};
      EXPECT_EQ(parse(copy.view()).error, step.expected.error.value_or("")) << each.name;
    }
}

TEST(payload, absent_members_are_their_defaults) {
  const parsed found = parse(R"({"id":"a","title":"","ready":null,"share":null,"mood":""})");
  ASSERT_EQ(found.error, "");
  EXPECT_EQ(found.value.tries, 0);
  EXPECT_EQ(found.value.share, 0.5);
  EXPECT_EQ(found.value.weight, 0.1F);
  EXPECT_FALSE(found.value.ready);
  EXPECT_EQ(found.value.mood, schemas::every_member::mood_value::good);
  EXPECT_EQ(found.value.tone.text, "shrill");
  EXPECT_FALSE(found.value.tone.known);
  EXPECT_EQ(found.value.title, "");
  EXPECT_FALSE(found.value.note);
}

TEST(payload, members_that_came_are_no_defaults) {
  const parsed found = parse(
      R"({"id":"a","tries":3,"share":-1,"ready":true,"mood":"bad","tone":"low","title":"t"})");
  ASSERT_EQ(found.error, "");
  EXPECT_EQ(found.value.tries, 3);
  EXPECT_EQ(found.value.share, -1);
  EXPECT_TRUE(found.value.ready);
  EXPECT_EQ(found.value.mood, schemas::every_member::mood_value::bad);
  EXPECT_TRUE(found.value.tone.is(schemas::every_member::tone_value::low));
  EXPECT_EQ(found.value.title, "t");
}

TEST(payload, nothing_of_a_secret_is_told) {
  EXPECT_EQ(test::lines_of<every_member>(
                R"({"id":"a","token":"s3cret-s3cret","card":{"extra":{"s3cret":"s3cret"}},)"
                R"("codes":[1,10,2],"owner":{"name":"annabel","pin":12345},"sealed":"s3cret",)"
                R"("any":{"name":"s3cret","more":{"open":"x","shut":{"s3cret":"x"}}}})"),
            (lines{"/token: maxLength 8 at byte 18", "/card: type integer at byte 60",
                   "/card: required at byte 69", "/codes: maximum 9 at byte 82",
                   "/codes: maxItems 2 at byte 79",
                   R"(/owner/name: maxLength 4: found "annabel" at byte 104)",
                   "/owner/pin: maximum 9999 at byte 120",
                   "/sealed: contentMediaType application/json at byte 136",
                   R"(/any/name: maxLength 4: found "s3cret" at byte 159)",
                   "/any/more/open: type integer at byte 183",
                   "/any/more/shut: type integer at byte 204"}));
  EXPECT_EQ(test::lines_of<every_member>(R"({"id":"a","owner":["s3cret"],"any":"s3cret"})"),
            (lines{"/owner: type object at byte 18", "/any: type object at byte 35"}));
  EXPECT_EQ(test::lines_of<every_member>(R"({"id":"a","owner":{"pin":1,"a":1,"b":1}})"),
            lines{"/owner: maxProperties 2 at byte 18"});
  EXPECT_EQ(test::lines_of<every_member>(
                R"({"id":"a","matrix":[["a"],["s3cret"]],"config":{"vault":{"s3cret":"x"}},)"
                R"("memo":"{\"pin\":\"s3cret\",\"open\":\"s3cret\"}"})"),
            (lines{"/matrix: maxLength 4 at byte 27", "/config/vault: minLength 9 at byte 66",
                   "/memo/pin: maxLength 4 at byte 79", "/memo/open: maxLength 4 at byte 79"}));
}

TEST(payload, tells_all_that_is_wrong_with_json_in_a_string) {
  EXPECT_EQ(test::lines_of<every_member>(
                R"({"id":"a","parameter":"{\"seed\":\"x\"}","texts":["1","{"]})"),
            (lines{R"(/parameter/seed: type integer: found "x" at byte 22)",
                   R"(/parameter/prompt: required: found {"seed":"x"} at byte 22)",
                   "/texts/1: contentMediaType application/json: found { at byte 54"}));
}

TEST(payload, of_branches_only_the_one_that_is_chosen_is_wrong) {
  EXPECT_EQ(test::lines_of<every_member>(
                R"({"id":"a","shape":{"radius":-1,"sides":[],"inner":7,"k\u0069nd":"circle"}})"),
            lines{"/shape/radius: minimum 0: found -1 at byte 28"});
  EXPECT_EQ(test::lines_of<every_member>(R"({"id":"a","shape":{"kind":"oval"}})"),
            lines{R"(/shape/kind: enum circle, box, square: found "oval" at byte 26)"});
}

template <provider P>
void compare_all(std::span<const example> examples) {
  std::size_t refusals = 0, seen = 0;
  for (const example& each : examples) {
    const std::string_view body = each.steps[0].body;
    std::vector<std::string> bodies = test::other_values(body);
    for (std::string& damaged : test::damaged_bytes(body)) bodies.push_back(std::move(damaged));
    bodies.emplace_back(body);
    for (const std::string& other : bodies) test::expect_same_verdict<P>(other, refusals);
    seen += bodies.size();
  }
  EXPECT_GT(refusals, seen / 20);
  EXPECT_LT(refusals, seen);
}

TEST(payload, what_is_told_never_differs_from_the_parser) {
  compare_all<every_member>(schemas::every_member::examples);
  compare_all<schemas::every_keyword::provider>(schemas::every_keyword::examples);
}

}  // namespace
}  // namespace callgate::schema
