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
