// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/free_space.hpp>

#include <gtest/gtest.h>

namespace callgate::store {
namespace {

TEST(FreeSpace, IsToldInBytes) {
  const auto free = free_space("/tmp");
  ASSERT_TRUE(free);
  EXPECT_GT(*free, std::uint64_t{1} << 20) << "these tests need more than that themselves";
  EXPECT_LT(*free, std::uint64_t{1} << 60);
}

TEST(FreeSpace, IsUnknownWhereNothingIs) {
  EXPECT_FALSE(free_space("/no/such/folder"));
}

}  // namespace
}  // namespace callgate::store
