// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/sqlite_writer.hpp>

#include <callgate/store/sqlite_reader.hpp>

#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

#include <string>

namespace callgate::testing {
namespace {

using store::errc;

TEST(SqliteWriter, LeavesNoTraceOfATransactionThatWasNotCommitted) {
  temporary_folder folder;
  const std::string path = folder.path + "/callgate.db";
  const callback c;
  callback q;
  q.decided = outcome::bad_json;
  {
    store::sqlite_writer writer{store::sqlite_options{}};
    ASSERT_EQ(writer.open(path), errc::ok);
    ASSERT_EQ(writer.begin(), errc::ok);
    store::append_request event = request_of(c);
    store::append_request body = request_of(q);
    ASSERT_EQ(writer.append(event), errc::ok);
    ASSERT_EQ(writer.append(body), errc::ok);
  }
  store::sqlite_writer writer{store::sqlite_options{}};
  ASSERT_EQ(writer.open(path), errc::ok);
  EXPECT_EQ(writer.last_sequence(), 0);
  store::sqlite_reader reader;
  ASSERT_EQ(reader.open(path, 100), errc::ok);
  EXPECT_EQ(reader.history({})->entries.size(), 0u);
}

TEST(SqliteWriter, CountsThePagesOfItsLog) {
  temporary_folder folder;
  store::sqlite_writer writer{store::sqlite_options{}};
  ASSERT_EQ(writer.open(folder.path + "/callgate.db"), errc::ok);
  EXPECT_EQ(writer.log_pages(), 0);
  ASSERT_EQ(writer.begin(), errc::ok);
  ASSERT_EQ(writer.save_cursor("c", 1), errc::ok);
  ASSERT_EQ(writer.commit(), errc::ok);
  EXPECT_GT(writer.log_pages(), 0);
  EXPECT_EQ(writer.checkpoint(store::sqlite_connection::checkpoint::truncate), errc::ok);
}

TEST(SqliteWriter, SaysWhatIsWrong) {
  store::sqlite_writer writer{store::sqlite_options{}};
  EXPECT_EQ(writer.open("/no/such/folder/callgate.db"), errc::io_error);
  EXPECT_EQ(writer.problem(), "unable to open database file");
}

}  // namespace
}  // namespace callgate::testing
