// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/slot_index.hpp>

#include <gtest/gtest.h>

#include <cstdint>

namespace callgate::store {
namespace {

TEST(SlotIndex, TellsSlotsOfOneHashApartAndForgetsErasedOnes) {
  slot_index index{8};
  const auto is = [](slot_index::slot wanted) {
    return [wanted](slot_index::slot s) { return s == wanted; };
  };
  for (slot_index::slot s = 0; s < 8; ++s) index.insert(s % 2, s);  // two long chains
  for (slot_index::slot s = 0; s < 8; ++s) {
    EXPECT_EQ(index.find(s % 2, is(s)), s);
    EXPECT_EQ(index.find((s + 1) % 2, is(s)), slot_index::none);
  }
  for (const slot_index::slot s : {6u, 0u, 2u}) index.erase(0, s);  // first, last, middle
  EXPECT_EQ(index.find(0, is(4)), 4u);
  for (const slot_index::slot s : {6u, 0u, 2u}) EXPECT_EQ(index.find(0, is(s)), slot_index::none);
  index.insert(1, 0);
  EXPECT_EQ(index.find(1, is(0)), 0u);
}

TEST(SlotIndex, LooksAtNoSlotOfAnotherHash) {
  slot_index index{8};
  const std::uint64_t same_chain = std::uint64_t{1} << 32;
  index.insert(0, 3);
  index.insert(same_chain, 5);
  const auto is_any = [](slot_index::slot) { return true; };
  EXPECT_EQ(index.find(0, is_any), 3u);
  EXPECT_EQ(index.find(same_chain, is_any), 5u);
  EXPECT_EQ(index.find(2 * same_chain, is_any), slot_index::none);
  index.prefetch(0);  // changes nothing
  index.erase(same_chain, 5);
  EXPECT_EQ(index.find(same_chain, is_any), slot_index::none);
  EXPECT_EQ(index.find(0, is_any), 3u);
}

}  // namespace
}  // namespace callgate::store
