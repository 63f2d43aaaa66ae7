// SPDX-License-Identifier: Apache-2.0
// Arrays that begin inline and go on in an arena.
#include <callgate/core/arena_vector.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>

namespace callgate {
namespace {

TEST(ArenaVector, StaysInlineWhileItCan) {
  arena none;
  arena_vector<int, 2> v;
  EXPECT_TRUE(v.empty());
  *v.push_back(none, 5) = 1;
  *v.push_back(none, 5) = 2;
  EXPECT_EQ(v.size(), 2U);
  EXPECT_EQ(v.push_back(none, 5), nullptr);
  EXPECT_EQ(v.size(), 2U);
  EXPECT_EQ(v[1], 2);
}

TEST(ArenaVector, MovesToTheArenaOnceForAllItems) {
  alignas(8) std::array<std::byte, 64> buffer;
  arena memory{buffer};
  arena_vector<int, 2> v;
  for (int i = 0; i < 5; ++i) *v.push_back(memory, 5) = i;
  EXPECT_EQ(memory.used(), 5 * sizeof(int));
  EXPECT_EQ(v.push_back(memory, 5), nullptr);
  int expected = 0;
  for (const int i : v) EXPECT_EQ(i, expected++);
  EXPECT_EQ(v.span().size(), 5U);
  EXPECT_EQ(static_cast<const void*>(v.data()), buffer.data());
}

TEST(ArenaVector, GivesFreshElements) {
  arena none;
  arena_vector<int, 2> v, w;
  *v.push_back(none, 2) = 7;
  EXPECT_EQ(*w.push_back(none, 2), 0);
  w = v;
  EXPECT_EQ(w[0], 7);
}

TEST(ArenaVector, WithoutInlineRoomBeginsInTheArena) {
  alignas(8) std::array<std::byte, 16> buffer;
  arena memory{buffer};
  arena_vector<int, 0> v;
  *v.push_back(memory, 2) = 1;
  *v.push_back(memory, 2) = 2;
  EXPECT_EQ(v[0] + v[1], 3);
}

}  // namespace
}  // namespace callgate
