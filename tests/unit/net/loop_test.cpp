// SPDX-License-Identifier: Apache-2.0
// What the connections of a thread share.
#include <callgate/net/loop.hpp>

#include <gtest/gtest.h>

namespace callgate::net {
namespace {

TEST(Loop, HasADateFromTheStart) {
  loop home(connection_options{});
  EXPECT_TRUE(home.date().view().ends_with(" GMT")) << home.date().view();
  home.refresh_date();
  EXPECT_EQ(home.date().view().size(), 29U);
}

TEST(Loop, BoundsItsBuffersByItsOptions) {
  connection_options few;
  few.max_buffer_bytes = 4096;
  loop home(few);
  const buffer_lease one = home.buffers().lease(1);
  EXPECT_TRUE(one);
  EXPECT_FALSE(home.buffers().lease(1));
}

TEST(Loop, DrainsOnceToldTo) {
  loop home(connection_options{});
  EXPECT_FALSE(home.draining());
  home.drain();
  EXPECT_TRUE(home.draining());
}

}  // namespace
}  // namespace callgate::net
