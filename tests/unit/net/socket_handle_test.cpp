// SPDX-License-Identifier: Apache-2.0
// Who owns a socket closes it, once.
#include <callgate/net/socket_handle.hpp>

#include <gtest/gtest.h>

#include <utility>

#include <fcntl.h>
#include <sys/socket.h>

namespace callgate::net {
namespace {

bool is_open(int descriptor) {
  return ::fcntl(descriptor, F_GETFD) >= 0;
}

TEST(SocketHandle, ClosesWhenItGoes) {
  int descriptor = -1;
  {
    const socket_handle owner(::socket(AF_INET, SOCK_STREAM, 0));
    descriptor = owner.descriptor();
    ASSERT_TRUE(is_open(descriptor));
  }
  EXPECT_FALSE(is_open(descriptor));
}

TEST(SocketHandle, HandsItsSocketOver) {
  socket_handle first(::socket(AF_INET, SOCK_STREAM, 0));
  const int descriptor = first.descriptor();
  socket_handle second(std::move(first));
  EXPECT_TRUE(is_open(descriptor));
  EXPECT_FALSE(socket_handle().is_open());
  socket_handle third;
  third = std::move(second);
  EXPECT_EQ(third.descriptor(), descriptor);
  third.close();
  EXPECT_FALSE(is_open(descriptor));
  EXPECT_FALSE(third.is_open());
}

}  // namespace
}  // namespace callgate::net
