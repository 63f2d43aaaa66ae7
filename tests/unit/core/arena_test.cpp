// SPDX-License-Identifier: Apache-2.0
// Memory from a fixed buffer.
#include <callgate/core/arena.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace callgate {
namespace {

TEST(Arena, HandsOutAlignedPiecesThatDoNotOverlap) {
  alignas(16) std::array<std::byte, 64> buffer;
  arena memory{buffer};
  auto* const one = static_cast<std::byte*>(memory.allocate(1, 1));
  auto* const eight = static_cast<std::byte*>(memory.allocate(8, 8));
  EXPECT_EQ(one, buffer.data());
  EXPECT_EQ(eight, buffer.data() + 8);
  EXPECT_EQ(memory.used(), 16U);
}

TEST(Arena, AnswersNullWhenItIsUsedUpAndStaysUsable) {
  std::array<std::byte, 10> buffer;
  arena memory{buffer};
  EXPECT_EQ(memory.allocate(11, 1), nullptr);
  EXPECT_NE(memory.allocate(9, 1), nullptr);
  EXPECT_EQ(memory.allocate(2, 1), nullptr);
  EXPECT_NE(memory.allocate(1, 1), nullptr);
  EXPECT_EQ(memory.used(), memory.capacity());
  EXPECT_EQ(memory.create<char>('x'), nullptr);
}

TEST(Arena, WithoutABufferHasNothing) {
  arena memory;
  EXPECT_EQ(memory.allocate(1, 1), nullptr);
  EXPECT_EQ(memory.allocate_array<int>(1), nullptr);
  EXPECT_EQ(memory.capacity(), 0U);
}

TEST(Arena, InitialisesArraysAndRefusesSizesThatOverflow) {
  alignas(8) std::array<std::byte, 64> buffer;
  buffer.fill(std::byte{0xff});
  arena memory{buffer};
  const auto* const items = memory.allocate_array<std::uint64_t>(3);
  ASSERT_NE(items, nullptr);
  EXPECT_EQ(items[0] + items[1] + items[2], 0U);
  EXPECT_EQ(memory.allocate_array<std::uint64_t>(SIZE_MAX / 4), nullptr);
}

TEST(Arena, RewindsAndResets) {
  std::array<std::byte, 16> buffer, other;
  arena memory{buffer};
  EXPECT_EQ(*memory.create<char>('a'), 'a');
  const std::size_t mark = memory.used();
  void* const first = memory.allocate(4, 1);
  memory.rewind(mark);
  EXPECT_EQ(memory.allocate(4, 1), first);
  memory.reset(other);
  EXPECT_EQ(memory.used(), 0U);
  EXPECT_EQ(memory.allocate(1, 1), other.data());
}

}  // namespace
}  // namespace callgate
