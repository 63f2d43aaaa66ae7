// SPDX-License-Identifier: Apache-2.0
// Values of payloads as answers and keys want them.
#include <callgate/provider/read_value.hpp>

#include <tests/support/sample_payload.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace callgate {
namespace {

using kind = scalar::type;
using testing::branch;
using testing::color;
using testing::leaf;
using testing::sample_payload;

template <auto... Steps>
scalar at(const sample_payload& p) {
  return read_value<sample_payload, source::body<Steps...>>(&p);
}

TEST(ReadValue, KnowsEveryType) {
  sample_payload p;
  p.integer = std::numeric_limits<std::int64_t>::min();
  p.maybe_integer = -3;
  p.boolean = true;
  p.number = 198.44;
  p.tree.inner.text = "text";
  p.tree.inner.maybe_text = "maybe";
  p.fixed = color::green;

  EXPECT_EQ(at<&sample_payload::integer>(p).kind, kind::integer);
  EXPECT_EQ(at<&sample_payload::integer>(p).integer, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(at<&sample_payload::maybe_integer>(p).integer, -3);
  EXPECT_EQ(at<&sample_payload::boolean>(p).kind, kind::boolean) << "a boolean is no integer";
  EXPECT_TRUE(at<&sample_payload::boolean>(p).boolean);
  EXPECT_EQ(at<&sample_payload::number>(p).kind, kind::number);
  EXPECT_EQ(at<&sample_payload::number>(p).number, 198.44);
  const auto text =
      read_value<sample_payload, source::body<&sample_payload::tree, &branch::inner, &leaf::text>>(
          &p);
  EXPECT_EQ(text.kind, kind::text);
  EXPECT_EQ(text.text, "text");
  const auto maybe =
      read_value<sample_payload,
                 source::body<&sample_payload::tree, &branch::inner, &leaf::maybe_text>>(&p);
  EXPECT_EQ(maybe.text, "maybe");
  EXPECT_EQ(at<&sample_payload::fixed>(p).kind, kind::text) << "enums are spelled";
  EXPECT_EQ(at<&sample_payload::fixed>(p).text, "green");
}

TEST(ReadValue, SpellsOpenEnumsAsTheyCame) {
  sample_payload p;
  p.open = {std::nullopt, "ultraviolet"};
  EXPECT_EQ(at<&sample_payload::open>(p).text, "ultraviolet");
  EXPECT_EQ(at<&sample_payload::maybe_open>(p).kind, kind::null);
  p.maybe_open = open_enum<color>{color::red, "red"};
  EXPECT_EQ(at<&sample_payload::maybe_open>(p).text, "red");
}

TEST(ReadValue, IsNullWhereNothingIs) {
  sample_payload p;
  EXPECT_EQ(at<&sample_payload::maybe_integer>(p).kind, kind::null);
  using integer = source::body<&sample_payload::integer>;
  EXPECT_EQ((read_value<sample_payload, integer>(nullptr).kind), kind::null);
  EXPECT_EQ((read_value<sample_payload, source::none>(&p).kind), kind::null);
}

TEST(ReadValue, TakesTheFirstThatIsThereAndNotEmpty) {
  using first = source::body<&sample_payload::tree, &branch::inner, &leaf::maybe_text>;
  using second = source::body<&sample_payload::tree, &branch::inner, &leaf::text>;
  using third = source::body<&sample_payload::integer>;
  using any = source::first_of<first, second, third>;
  sample_payload p;
  EXPECT_EQ((read_value<sample_payload, any>(&p).kind), kind::integer)
      << "zero is there, empty text is not";
  p.tree.inner.text = "second";
  EXPECT_EQ((read_value<sample_payload, any>(&p).text), "second");
  p.tree.inner.maybe_text = "";
  EXPECT_EQ((read_value<sample_payload, any>(&p).text), "second");
  p.tree.inner.maybe_text = "first";
  EXPECT_EQ((read_value<sample_payload, any>(&p).text), "first");
}

TEST(ReadValue, OfFirstOfIsNullWhenAllAreEmpty) {
  using any = source::first_of<source::body<&sample_payload::maybe_integer>,
                               source::body<&sample_payload::tree, &branch::inner, &leaf::text>>;
  sample_payload p;
  const scalar found = read_value<sample_payload, any>(&p);
  EXPECT_EQ(found.kind, kind::null) << "the last one's empty text must not stand for a value";
}

// Generated answer tables hold it as a constant.
TEST(ReadValue, IsAnAnswersReader) {
  static constexpr answer_segment segment{
      .kind = slot::value,
      .read = &read_value<sample_payload, source::body<&sample_payload::integer>>};
  sample_payload p;
  p.integer = 5;
  EXPECT_EQ(segment.read(&p).integer, 5);
  EXPECT_EQ(segment.read(nullptr).kind, kind::null);
}

}  // namespace
}  // namespace callgate
