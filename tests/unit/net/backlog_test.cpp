// SPDX-License-Identifier: Apache-2.0
// Bytes that wait: in their order, in a buffer that goes back when there are none.
#include <callgate/net/backlog.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace callgate::net {
namespace {

TEST(Backlog, KeepsBytesInTheirOrderHoweverTheyComeAndGo) {
  buffer_pool pool(1 << 20);
  backlog b(pool);
  std::string expected;
  unsigned next = 0;
  for (int round = 0; round < 2'000; ++round) {
    std::string more;
    for (int i = 0; i < 37; ++i) more += static_cast<char>('a' + next++ % 26);
    ASSERT_TRUE(b.append(more));
    expected += more;
    const std::size_t gone = static_cast<std::size_t>(round) % 43;
    b.remove_prefix(std::min(gone, expected.size()));
    expected.erase(0, gone);
    ASSERT_EQ(b.view(), expected);
  }
}

TEST(Backlog, HoldsNoBufferWhileItIsEmpty) {
  buffer_pool pool(4096);
  backlog b(pool);
  EXPECT_TRUE(b.append(""));
  EXPECT_TRUE(pool.lease(1)) << "nothing was taken";
  ASSERT_TRUE(b.append("x"));
  EXPECT_FALSE(pool.lease(1));
  b.remove_prefix(1);
  EXPECT_TRUE(b.empty());
  EXPECT_TRUE(pool.lease(1));
}

TEST(Backlog, SaysSoWhenThereIsNoBuffer) {
  buffer_pool pool(4096);
  backlog b(pool);
  ASSERT_TRUE(b.append(std::string(4000, 'x')));
  EXPECT_FALSE(b.append(std::string(4000, 'y')));
  EXPECT_EQ(b.view(), std::string(4000, 'x'));
}

}  // namespace
}  // namespace callgate::net
