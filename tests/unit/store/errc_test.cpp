// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/errc.hpp>

#include <gtest/gtest.h>

namespace callgate::store {
namespace {

TEST(StoreErrc, NamesEveryEnumerator) {
  EXPECT_EQ(enum_name(errc::ok), "ok");
  EXPECT_EQ(enum_name(errc::not_open), "not_open");
  EXPECT_EQ(enum_name(errc::stopped), "stopped");
  EXPECT_EQ(enum_name(errc::disk_full), "disk_full");
  EXPECT_EQ(enum_name(errc::io_error), "io_error");
  EXPECT_EQ(enum_name(errc::corrupt), "corrupt");
  EXPECT_EQ(enum_name(errc::busy), "busy");
  EXPECT_EQ(enum_name(errc::rejected), "rejected");
  EXPECT_EQ(enum_name(errc::passive), "passive");
}

}  // namespace
}  // namespace callgate::store
