// SPDX-License-Identifier: Apache-2.0
// Memory from a fixed buffer.
#include <callgate/core/arena.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

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

// With defaults, as generated structs have them; the rest of its members has no value.
struct with_defaults {
  std::uint32_t seven = 7;
  std::string_view empty{};
  std::optional<double> nothing{};
  std::array<char, 8> room;
};

TEST(Arena, InitialisesWhatHasDefaults) {
  alignas(8) std::array<std::byte, 256> buffer;
  buffer.fill(std::byte{0xff});
  arena memory{buffer};
  const auto* const items = memory.allocate_array<with_defaults>(3);
  const auto* const one = memory.create<with_defaults>();
  ASSERT_NE(items, nullptr);
  ASSERT_NE(one, nullptr);
  for (const with_defaults* each : {one, items, items + 1, items + 2}) {
    EXPECT_EQ(each->seven, 7u);
    EXPECT_TRUE(each->empty.empty());
    EXPECT_FALSE(each->nothing);
  }
}

TEST(Arena, RefusesSizesThatOverflow) {
  std::array<std::byte, 64> buffer;
  arena memory{buffer};
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
