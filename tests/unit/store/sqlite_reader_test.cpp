// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/sqlite_reader.hpp>

#include <callgate/store/sqlite_writer.hpp>
#include <tests/support/record_sample.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>

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

// There may be no memory for what a read finds: the next read does not pay for that.
TEST(SqliteReader, GoesOnAfterAReadThatThrew) {
  testing::temporary_folder folder;
  const std::string path = folder.path + "/callgate.db";
  sqlite_writer writer{sqlite_options{}};
  ASSERT_EQ(writer.open(path), errc::ok);
  sqlite_reader reader;
  ASSERT_EQ(reader.open(path, 100), errc::ok);
  record_plan plan = testing::sample_record_set.plans[0];
  plan.name = {plan.name.data(), std::numeric_limits<std::size_t>::max()};  // never copied
  record_set set = testing::sample_record_set;
  set.plans = {&plan, 1};
  EXPECT_THROW((void)reader.records(set, "suno", "t"), std::length_error);
  ASSERT_TRUE(reader.cursor("c")) << "no transaction was left open";
  ASSERT_EQ(writer.begin(), errc::ok);
  ASSERT_EQ(writer.save_cursor("c", 7), errc::ok);
  ASSERT_EQ(writer.commit(), errc::ok);
  EXPECT_EQ(reader.cursor("c").value(), 7) << "it sees what was written since";
}

}  // namespace
}  // namespace callgate::store
