// SPDX-License-Identifier: Apache-2.0
// Rounding down, counting, and looking things up.
#include <callgate/expression/numbers.hpp>

#include <callgate/expression/values.hpp>

#include <tests/support/evaluation.hpp>

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

namespace callgate::expression {
namespace {

using testing::branch;
using testing::evaluation;
using testing::is_absent;
using testing::sample_payload;

using real_member = body<&sample_payload::number>;

scalar floor_of(double value) {
  evaluation one;
  one.payload.number = value;
  return one.value<floor<real_member>>();
}

TEST(ExpressionNumbers, FloorIsTheNextLowerInteger) {
  EXPECT_EQ(floor_of(198.44).integer, 198);
  EXPECT_EQ(floor_of(-0.5).integer, -1);
  EXPECT_EQ(floor_of(-0.0).integer, 0);
  EXPECT_EQ(floor_of(7).kind, scalar::type::integer);
  EXPECT_EQ(floor_of(-0x1p63).integer, std::numeric_limits<std::int64_t>::min());
}

TEST(ExpressionNumbers, FloorIsAbsentBeyondAnInteger) {
  using limits = std::numeric_limits<double>;
  for (const double d :
       {0x1p63, -0x1.8p63, 1e300, limits::infinity(), -limits::infinity(), limits::quiet_NaN()})
    EXPECT_TRUE(is_absent(floor_of(d))) << d;
}

TEST(ExpressionNumbers, FloorLeavesIntegersAloneAndTakesNoText) {
  evaluation one;
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(one.value<floor<integer<most>>>().integer, most);
  EXPECT_TRUE(is_absent(one.value<floor<text<"1.5">>>()));
  EXPECT_TRUE(is_absent(one.value<floor<body<&sample_payload::maybe_integer>>>()));
}

TEST(ExpressionNumbers, RealMakesANumberOfAnIntegerOnly) {
  evaluation one;
  const scalar found = one.value<real<integer<-3>>>();
  EXPECT_EQ(found.kind, scalar::type::number);
  EXPECT_EQ(found.number, -3.0);
  EXPECT_EQ((one.value<real<number<std::bit_cast<std::uint64_t>(0.5)>>>().number), 0.5);
  EXPECT_TRUE(is_absent(one.value<real<body<&sample_payload::maybe_integer>>>()));
}

TEST(ExpressionNumbers, CountIsZeroWithoutAnArray) {
  evaluation one;
  using items = count<source::body<&sample_payload::tree, &branch::maybe_items>>;
  EXPECT_EQ(one.value<items>().integer, 0);
  EXPECT_EQ(one.value<items>().kind, scalar::type::integer);
  for (const char* name : {"a", "b", "c"}) one.add(name);
  EXPECT_EQ(one.value<items>().integer, 3);
}

constexpr std::array<std::string_view, 2> keys{"image", "video"};
constexpr std::array<scalar, 4> cells{scalar_of("png"), scalar_of(4), scalar_of("mp4"), scalar{}};
constexpr lookup_table formats{keys, cells, 2};

TEST(ExpressionNumbers, LookupIsACellOrAbsent) {
  evaluation one;
  EXPECT_EQ((one.value<lookup<formats, text<"video">, 0>>().text), "mp4");
  EXPECT_EQ((one.value<lookup<formats, text<"image">, 1>>().integer), 4);
  EXPECT_TRUE(is_absent(one.value<lookup<formats, text<"video">, 1>>()));
  EXPECT_TRUE(is_absent(one.value<lookup<formats, text<"audio">, 0>>()));
  EXPECT_TRUE(is_absent(one.value<lookup<formats, body<&sample_payload::maybe_open>, 0>>()));
}

}  // namespace
}  // namespace callgate::expression
