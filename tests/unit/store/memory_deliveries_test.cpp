// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/memory_deliveries.hpp>

#include <gtest/gtest.h>

namespace callgate::store {
namespace {

TEST(MemoryDeliveries, CountsAKeyUntilItExpiresAndReplacesIt) {
  memory_deliveries deliveries{2};
  append_request r;
  r.received_at = 100;
  r.ttl_us = 10;
  r.sequence = 1;
  EXPECT_EQ(deliveries.find(r), nullptr);
  deliveries.insert(r);
  r.received_at = 109;
  ASSERT_NE(deliveries.find(r), nullptr);
  EXPECT_EQ(deliveries.find(r)->sequence, 1);
  r.received_at = 110;
  EXPECT_EQ(deliveries.find(r), nullptr);
  r.sequence = 2;
  deliveries.insert(r);
  EXPECT_EQ(deliveries.find(r)->sequence, 2);
}

TEST(MemoryDeliveries, NeverFindsAKeyThatMadeRoom) {
  memory_deliveries deliveries{2};
  append_request r;
  r.ttl_us = 1000;
  for (int i = 0; i < 100; ++i) {
    r.key[0] = static_cast<std::byte>(i);
    deliveries.insert(r);
    ASSERT_NE(deliveries.find(r), nullptr);
    r.key[0] = static_cast<std::byte>(i - 2);
    ASSERT_EQ(deliveries.find(r), nullptr);
  }
}

}  // namespace
}  // namespace callgate::store
