// SPDX-License-Identifier: Apache-2.0
// Paths into payloads: through structs, optionals and arrays.
#include <callgate/provider/body_value.hpp>

#include <tests/support/sample_payload.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace callgate {
namespace {

using testing::branch;
using testing::leaf;
using testing::sample_payload;

using integer = source::body<&sample_payload::integer>;
using maybe_integer = source::body<&sample_payload::maybe_integer>;
using text = source::body<&sample_payload::tree, &branch::inner, &leaf::text>;
using deep = source::body<&sample_payload::maybe_tree, &branch::maybe_inner, &leaf::maybe_text>;
using second_item =
    source::body<&sample_payload::tree, &branch::items, source::at{1}, &leaf::maybe_text>;
using maybe_item = source::body<&sample_payload::maybe_tree, &branch::maybe_items, source::at{0}>;

// A member: of a local one, g++ 12 with UBSan warns that the empty optionals' values are not set.
class BodyValue : public ::testing::Test {
 protected:
  sample_payload p{};
};

TEST_F(BodyValue, OfAnEmptyPathIsThePayload) {
  EXPECT_EQ(body_value(source::body<>{}, &p), &p);
  EXPECT_EQ(body_value(source::body<>{}, static_cast<const sample_payload*>(nullptr)), nullptr);
}

TEST_F(BodyValue, PointsIntoThePayload) {
  EXPECT_EQ(body_value(integer{}, &p), &p.integer);
  EXPECT_EQ(body_value(text{}, &p), &p.tree.inner.text);
}

TEST_F(BodyValue, IsAbsentWhereAnOptionalIsEmpty) {
  EXPECT_EQ(body_value(maybe_integer{}, &p), nullptr);
  p.maybe_integer = 0;
  ASSERT_NE(body_value(maybe_integer{}, &p), nullptr);
  EXPECT_EQ(*body_value(maybe_integer{}, &p), 0) << "zero is a value";
}

TEST_F(BodyValue, IsAbsentAtAnyStepOfAPath) {
  EXPECT_EQ(body_value(deep{}, &p), nullptr);
  p.maybe_tree.emplace();
  EXPECT_EQ(body_value(deep{}, &p), nullptr);
  p.maybe_tree->maybe_inner.emplace();
  EXPECT_EQ(body_value(deep{}, &p), nullptr);
  p.maybe_tree->maybe_inner->maybe_text = "there";
  ASSERT_NE(body_value(deep{}, &p), nullptr);
  EXPECT_EQ(*body_value(deep{}, &p), "there");
}

TEST_F(BodyValue, IsAbsentInNoPayload) {
  const sample_payload* none = nullptr;
  EXPECT_EQ(body_value(integer{}, none), nullptr);
  EXPECT_EQ(body_value(text{}, none), nullptr);
  EXPECT_EQ(body_value(deep{}, none), nullptr);
  EXPECT_EQ(body_value(second_item{}, none), nullptr);
  EXPECT_EQ(body_value(maybe_item{}, none), nullptr);
}

TEST_F(BodyValue, ReachesIntoArrays) {
  std::array<std::byte, 1024> room;
  arena memory(room);
  EXPECT_EQ(body_value(second_item{}, &p), nullptr);
  ASSERT_NE(p.tree.items.push_back(memory, 4), nullptr);
  EXPECT_EQ(body_value(second_item{}, &p), nullptr) << "one item has no second";
  ASSERT_NE(p.tree.items.push_back(memory, 4), nullptr);
  EXPECT_EQ(body_value(second_item{}, &p), nullptr) << "the item lacks the member";
  p.tree.items.data()[1].maybe_text = "second";
  ASSERT_NE(body_value(second_item{}, &p), nullptr);
  EXPECT_EQ(*body_value(second_item{}, &p), "second");
}

TEST_F(BodyValue, ReachesIntoArraysThatHaveSpilled) {
  std::array<std::byte, 4096> room;
  arena memory(room);
  for (int i = 0; i < 4; ++i) ASSERT_NE(p.tree.items.push_back(memory, 4), nullptr);
  p.tree.items.data()[1].maybe_text = "moved";
  EXPECT_EQ(*body_value(second_item{}, &p), "moved");
}

TEST_F(BodyValue, ReachesIntoArraysThatMayBeAbsent) {
  std::array<std::byte, 1024> room;
  arena memory(room);
  EXPECT_EQ(body_value(maybe_item{}, &p), nullptr);
  p.maybe_tree.emplace();
  EXPECT_EQ(body_value(maybe_item{}, &p), nullptr);
  auto& items = p.maybe_tree->maybe_items.emplace();
  EXPECT_EQ(body_value(maybe_item{}, &p), nullptr);
  std::string_view* item = items.push_back(memory, 2);
  ASSERT_NE(item, nullptr);
  *item = "a";
  EXPECT_EQ(*body_value(maybe_item{}, &p), "a");
}

// Without an optional on the way: g++ with UBSan takes comparisons of such pointers for no
// constants.
constexpr bool reads_while_compiling() {
  sample_payload p;
  p.integer = 17;
  using second = source::body<&sample_payload::tree, &branch::pair, source::at{1}>;
  using third = source::body<&sample_payload::tree, &branch::pair, source::at{2}>;
  return *body_value(integer{}, &p) == 17 && body_value(text{}, &p)->empty() &&
         *body_value(second{}, &p) == 8 && body_value(third{}, &p) == nullptr;
}

TEST_F(BodyValue, CanBeReadWhileCompiling) {
  static_assert(reads_while_compiling());
}

}  // namespace
}  // namespace callgate
