// SPDX-License-Identifier: Apache-2.0
// The leaves: constants, the payload, its JSON, what is known of the callback.
#include <callgate/expression/values.hpp>

#include <tests/support/evaluation.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>

namespace callgate::expression {
namespace {

using testing::branch;
using testing::color;
using testing::evaluation;
using testing::is_absent;
using testing::leaf;
using testing::sample_payload;
using testing::says;

TEST(ExpressionValues, OfConstantsAreTheConstants) {
  evaluation one;
  EXPECT_EQ(one.value<text<"a\0b">>().text, std::string_view("a\0b", 3));
  EXPECT_EQ(one.value<integer<-5>>().integer, -5);
  EXPECT_EQ(one.value<number<0x3ff8000000000000>>().number, 1.5);
  EXPECT_TRUE(says(one.value<boolean<true>>(), true));
  EXPECT_TRUE(says(one.value<boolean<false>>(), false));
  EXPECT_TRUE(is_absent(one.value<nothing>()));
  EXPECT_EQ(one.value<null>().kind, scalar::type::cleared);
}

TEST(ExpressionValues, OfARegistrationAreItsNamesAndItsStatus) {
  record_input in{.mount = "m", .task_id = "t", .status = task_status::pending};
  using items = source::body<&sample_payload::tree, &branch::maybe_items>;
  const auto value = [&]<class E>(E) {
    return E::read(scope<sample_payload, sample_payload>{in, nullptr, nullptr});
  };
  EXPECT_EQ(value(meta<slot::task_id>{}).text, "t");
  EXPECT_EQ(value(meta<slot::mount>{}).text, "m");
  EXPECT_EQ(value(meta<slot::status>{}).text, "pending");
  EXPECT_TRUE(is_absent(value(meta<slot::received_at>{})));
  EXPECT_TRUE(is_absent(value(meta<slot::sequence>{})));
  EXPECT_TRUE(is_absent(value(meta<slot::outcome>{})));
  EXPECT_TRUE(is_absent(value(meta<slot::code>{})));
  EXPECT_TRUE(is_absent(value(body<&sample_payload::boolean>{})));
  EXPECT_TRUE(is_absent(value(item<&sample_payload::boolean>{})));
  EXPECT_TRUE(is_absent(value(json<items, "/tree/items">{})));
}

TEST(ExpressionValues, OfThePayloadAreAbsentWhereNothingIs) {
  evaluation one;
  using maybe = body<&sample_payload::maybe_integer>;
  EXPECT_TRUE(is_absent(one.value<maybe>()));
  one.payload.maybe_integer = 0;
  EXPECT_EQ(one.value<maybe>().kind, scalar::type::integer);
  one.payload.open = {std::nullopt, "blue"};
  EXPECT_EQ((one.value<body<&sample_payload::open>>().text), "blue");
  one.payload.fixed = color::green;
  EXPECT_EQ((one.value<body<&sample_payload::fixed>>().text), "green");
}

TEST(ExpressionValues, OfAnItemStartAtTheItem) {
  evaluation one;
  one.payload.tree.inner.text = "of the payload";
  const leaf other{.text = "of the item"};
  const scope<sample_payload, leaf> there{one.in, &one.payload, &other};
  EXPECT_EQ((item<&leaf::text>::read(there).text), "of the item");
  using root = body<&sample_payload::tree, &branch::inner, &leaf::text>;
  EXPECT_EQ(root::read(there).text, "of the payload");
}

TEST(ExpressionValues, OfAnItemThatIsAScalarIsTheItem) {
  evaluation one;
  constexpr std::string_view word = "word";
  EXPECT_EQ(
      (item<>::read(scope<sample_payload, std::string_view>{one.in, &one.payload, &word})).text,
      "word");
  constexpr double half = 0.5;
  EXPECT_EQ((item<>::read(scope<sample_payload, double>{one.in, &one.payload, &half})).number, 0.5);
}

using items = source::body<&sample_payload::tree, &branch::maybe_items>;
using items_json = json<items, "/tree/items", "/tree/it~1ems", "/baum/items">;

std::string_view json_of(evaluation<>& one, std::string_view raw) {
  one.in.raw = raw;
  const scalar found = one.value<items_json>();
  return found.kind == scalar::type::null ? "absent" : found.text;
}

TEST(ExpressionValues, OfJsonAreTheTextAsItCame) {
  evaluation one;
  one.add("a");
  EXPECT_EQ(json_of(one, R"({"tree": {"items": [ "a", 1 ]}})"), R"([ "a", 1 ])");
  EXPECT_EQ(json_of(one, R"({"baum": {"items": ["a"]}})"), R"(["a"])") << "another spelling";
  EXPECT_EQ(json_of(one, R"({"tree": {"it/ems": {"b": 1}}})"), R"({"b": 1})");
  EXPECT_EQ(json_of(one, R"({"tree": {}})"), "absent");
}

TEST(ExpressionValues, OfJsonThatSaysNothingAreAbsent) {
  evaluation one;
  one.add("a");
  for (const std::string_view nothing_said : {"null", "[]", "{}", "[ \n]", "{\t}"})
    EXPECT_EQ(json_of(one, "{\"tree\":{\"items\":" + std::string(nothing_said) + "}}"), "absent")
        << nothing_said;
  EXPECT_EQ(json_of(one, R"({"tree":{"items":[{}]}})"), "[{}]");
  EXPECT_EQ(json_of(one, R"({"tree":{"items":null},"baum":{"items":[1]}})"), "[1]");
}

TEST(ExpressionValues, OfJsonThatWasDroppedAreAbsent) {
  evaluation one;
  EXPECT_EQ(json_of(one, R"({"tree": {"items": "no array"}})"), "absent");
}

TEST(ExpressionValues, OfTheCallbackAreWhatIsKnownOfIt) {
  evaluation one;
  one.in.provider = "suno", one.in.mount = "second", one.in.task_id = "t1", one.in.stage = "first";
  one.in.stage_index = 0, one.in.status = task_status::processing;
  one.in.result = outcome::conflict, one.in.code = 200, one.in.message = "done";
  one.in.received_at = 17, one.in.sequence = 18;
  EXPECT_EQ(one.value<meta<slot::provider>>().text, "suno");
  EXPECT_EQ(one.value<meta<slot::mount>>().text, "second");
  EXPECT_EQ(one.value<meta<slot::task_id>>().text, "t1");
  EXPECT_EQ(one.value<meta<slot::stage>>().text, "first");
  EXPECT_EQ(one.value<meta<slot::status>>().text, "processing");
  EXPECT_EQ(one.value<meta<slot::outcome>>().text, "conflict");
  EXPECT_EQ(one.value<meta<slot::code>>().integer, 200);
  EXPECT_EQ(one.value<meta<slot::message>>().text, "done");
  EXPECT_EQ(one.value<meta<slot::received_at>>().integer, 17);
  EXPECT_EQ(one.value<meta<slot::sequence>>().integer, 18);
}

TEST(ExpressionValues, OfACallbackWithoutAStageOrCodeAreAbsent) {
  evaluation one;
  one.in.stage = "unheard of";
  EXPECT_EQ(one.value<meta<slot::stage>>().text, "unheard of");
  EXPECT_TRUE(is_absent(one.value<meta<slot::status>>())) << "pending would be a lie";
  EXPECT_TRUE(is_absent(one.value<meta<slot::code>>()));
}

TEST(ExpressionValues, OfAContextAreAbsentWhenNothingWasRegistered) {
  evaluation one;
  EXPECT_TRUE(is_absent(one.value<context<0>>()));
  const std::array<scalar, 2> registered{scalar_of("u1"), scalar{}};
  one.in.context = registered;
  EXPECT_EQ(one.value<context<0>>().text, "u1");
  EXPECT_TRUE(is_absent(one.value<context<1>>()));
  EXPECT_TRUE(is_absent(one.value<context<2>>()));
}

TEST(ExpressionValues, OfAPositionCountFromZeroOrOne) {
  evaluation one;
  one.in.item = 3;
  EXPECT_EQ(one.value<position<0>>().integer, 3);
  EXPECT_EQ(one.value<position<1>>().integer, 4);
}

}  // namespace
}  // namespace callgate::expression
