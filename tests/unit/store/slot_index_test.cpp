// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/slot_index.hpp>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace callgate::store
