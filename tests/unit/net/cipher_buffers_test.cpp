// SPDX-License-Identifier: Apache-2.0
// Two pieces of memory that do not overlap.
#include <callgate/net/cipher_buffers.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace callgate::net {
namespace {

TEST(CipherBuffers, AreBothThereAtOnce) {
  const cipher_buffers both;
  const auto in = both.input(), out = both.output();
  std::fill(in.begin(), in.end(), 'i');
  std::fill(out.begin(), out.end(), 'o');
  EXPECT_TRUE(std::all_of(in.begin(), in.end(), [](char c) { return c == 'i'; }));
  EXPECT_GE(in.size(), 16U * 1024);
  EXPECT_GE(out.size(), 4 * (16U * 1024 + 256)) << "four of TLS's longest records";
}

}  // namespace
}  // namespace callgate::net
