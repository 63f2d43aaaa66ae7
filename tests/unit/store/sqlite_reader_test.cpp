// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/sqlite_reader.hpp>

#include <gtest/gtest.h>

namespace callgate::store {
namespace {

TEST(SqliteReader, IsNotOpenUntilItIs) {
  sqlite_reader reader;
  EXPECT_EQ(reader.history({}).error(), errc::not_open);
  EXPECT_EQ(reader.open("/no/such/file", 0), errc::io_error);
  EXPECT_EQ(reader.cursor("c").error(), errc::not_open);
  reader.close();
  EXPECT_EQ(reader.events("m", 0, 1).error(), errc::not_open);
}

}  // namespace
}  // namespace callgate::store
