// SPDX-License-Identifier: Apache-2.0
// What a string may hold and may not, at each place of the blocks that vector instructions read,
// and texts that stop anywhere.
#include <callgate/schemas/job_worker.examples.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.examples.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.examples.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.examples.hpp>
#include <callgate/schemas/tts_error.hpp>

#include "tests/support/differential.hpp"
#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace callgate::test {
namespace {

using namespace std::literals;
using tts_payload = schemas::tts_error::error_callback;

// A callback with that between two quotes: a known member's text, a raw value's, an unknown
// member's text, its name.
std::array<std::string, 4> callbacks_with(std::string_view inner) {
  const std::string text{inner}, head = R"({"story_id":"s",)", last = R"("error":"e")";
  return {R"({"error":")" + text + R"(","story_id":"s"})",
          head + R"("metadata":{"language":")" + text + "\"}," + last + "}",
          head + R"("other":[")" + text + "\"]," + last + "}",
          head + last + ",\"" + text + "\":1}"};
}

verdicts compare_with(std::string_view inner) {
  verdicts seen;
  for (const std::string& text : callbacks_with(inner)) {
    EXPECT_EQ((differences<tts_payload, json::read_options{}>(text, seen)), "");
  }
  return seen;
}

void compare_at_each_position(std::span<const std::string_view> pieces, bool good) {
  for (const std::string_view piece : pieces) {
    for (std::size_t before = 0; before <= 130; ++before) {
      for (const std::size_t after : {0U, 40U}) {
        const verdicts seen =
            compare_with(std::string(before, 'x') + std::string{piece} + std::string(after, 'y'));
        ASSERT_EQ(good ? seen.refused : seen.accepted, 0U) << before << " bytes before " << piece;
      }
    }
  }
}

TEST(Positions, OfWhatAStringMayHoldAreAllTheSame) {
  constexpr std::array pieces{R"(\")"sv,
                              R"(\\)"sv,
                              R"(\n\\\")"sv,
                              "\x7f"sv,
                              "\xc3\xa9"sv,
                              "\xe2\x82\xac"sv,
                              "\xf0\x9f\x8e\xb5"sv,
                              R"(\u00e9)"sv,
                              R"(\u0000)"sv,
                              R"(\ud83c\udfb5)"sv,
                              R"(\u0041\u0410\u4e00\u00Af)"sv,
                              "\xd0\xb0\xd0\xb1\xd0\xb2\\u0430\\u0431"sv};
  compare_at_each_position(pieces, true);
}

TEST(Positions, OfWhatAStringMayNotHoldAreAllTheSame) {
  constexpr std::array pieces{"\""sv,
                              "\0"sv,
                              "\n"sv,
                              "\x1f"sv,
                              "\x80"sv,
                              "\xff"sv,
                              "\xc3"sv,
                              "\xc0\xaf"sv,
                              "\xe2\x82"sv,
                              "\xed\xa0\x80"sv,
                              "\xf0\x9f\x8e"sv,
                              "\xf4\x90\x80\x80"sv,
                              R"(\q)"sv,
                              R"(\u12)"sv,
                              R"(\u00g9)"sv,
                              R"(\ud83c)"sv,
                              R"(\udfb5)"sv,
                              R"(\ud83c\u0041)"sv,
                              R"(\u00e9\u00e9\u00x9)"sv,
                              "\xc3\xa9\xc3\xa9\xa9"sv};
  compare_at_each_position(pieces, false);
}

TEST(Positions, OfAStringsEndAreAllTheSame) {
  for (std::size_t units = 0; units <= 200; ++units) {
    for (const std::string_view unit : {"x"sv, "\xc3\xa9"sv, "\xe2\x82\xac"sv, R"(\n)"sv, R"(\\)"sv,
                                        R"(\u0430)"sv, R"(\ud83c\udfb5)"sv}) {
      std::string text;
      for (std::size_t n = 0; n < units; ++n) text += unit;
      ASSERT_EQ(compare_with(text).refused, 0U) << units << " times " << unit;
    }
  }
}

TEST(Positions, OfSpaceAreAllTheSame) {
  for (std::size_t n = 0; n <= 130; ++n) {
    for (const char c : {' ', '\t', '\n', '\r', '\v'}) {
      const std::string s(n, c);
      const std::string text = s + "{" + s + R"("story_id")" + s + ":" + s + R"("s")" + s + "," +
                               s + R"("x")" + s + ":" + s + "[" + s + "1" + s + "," + s + "2" + s +
                               "]" + s + R"(,"error":"e")" + s + "}" + s;
      verdicts seen;
      ASSERT_EQ((differences<tts_payload, json::read_options{}>(text, seen)), "");
      ASSERT_EQ(seen.accepted, c == '\v' && n != 0 ? 0U : 1U) << n;
    }
  }
}

// None is a document, whatever follows it in memory.
template <class T, json::read_options O>
void compare_prefixes(std::string_view text) {
  verdicts seen;
  for (std::size_t n = 0; n < text.size(); ++n)
    ASSERT_EQ((differences<T, O>(text.substr(0, n), seen)), "");
  EXPECT_EQ(seen.accepted, 0U) << text;
  EXPECT_EQ((differences<T, O>(text, seen)), "");
}

TEST(Truncated, CallbacksOfAllTypesAreRefused) {
  compare_prefixes<payload, json::read_options{.drop_invalid_members = true}>(
      R"( {"code" : 2e2,"task-id":"\ud83c\udfb5)"
      "\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xb5"
      R"(",
      "i64":-9223372036854775808,"u32":4.0e0,"f32":-1.5E-3,"f64":null,"shade":"gr\u0065en",
      "paint":"mauve","deep":{"id":"","any":[{"a":[true,false,null,1.5,"\n"]}],"flag":false},
      "trackList":[{"id":"1","url":"x","duration":-1,"marks":[1,2,3]},{"id":"2","y":{"z":0}}],
      "tags":["a","b","c"],"grid":[[1],[2,3]],"gaps":[null,7],"mode":"neither","loose":7,
      "lo":{}})");
}

// The largest example of a provider that its reader takes.
template <class P>
void compare_largest(std::span<const example> examples) {
  std::string_view largest;
  for (const example& each : examples) {
    for (const example_step& step : each.steps) {
      verdicts seen;
      ASSERT_EQ((differences<typename P::payload, P::tolerance>(step.body, seen)), "");
      if (seen.accepted != 0 && step.body.size() > largest.size()) largest = step.body;
    }
  }
  ASSERT_GT(largest.size(), 150U) << P::name;
  compare_prefixes<typename P::payload, P::tolerance>(largest);
}

TEST(Truncated, ExamplesOfTheProvidersAreRefused) {
  compare_largest<schemas::suno::provider>(schemas::suno::examples);
  compare_largest<schemas::kie::provider>(schemas::kie::examples);
  compare_largest<schemas::job_worker::provider>(schemas::job_worker::examples);
  compare_largest<schemas::tts_error::provider>(schemas::tts_error::examples);
}

}  // namespace
}  // namespace callgate::test
