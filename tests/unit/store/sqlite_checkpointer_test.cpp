// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/sqlite_checkpointer.hpp>

#include <callgate/store/sqlite_writer.hpp>

#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

namespace callgate::testing {
namespace {

TEST(SqliteCheckpointer, CopiesTheLogBesideTheWriterAndTellsOnce) {
  temporary_folder folder;
  const std::string path = folder.path + "/callgate.db";
  store::sqlite_writer writer{store::sqlite_options{}};
  ASSERT_EQ(writer.open(path), store::errc::ok);
  std::int64_t sequence = 0;  // another one each time: SQLite writes no page that is equal
  const auto save = [&] {
    ASSERT_EQ(writer.begin(), store::errc::ok);
    ASSERT_EQ(writer.save_cursor("c", ++sequence), store::errc::ok);
    ASSERT_EQ(writer.commit(), store::errc::ok);
  };
  for (int i = 0; i < 10; ++i) save();
  const int before = writer.log_pages();
  store::sqlite_checkpointer checkpointer{path};
  EXPECT_FALSE(checkpointer.take_done());
  checkpointer.request();
  while (!checkpointer.take_done()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  EXPECT_FALSE(checkpointer.take_done());
  save();  // all was copied: the log starts anew
  EXPECT_LT(writer.log_pages(), before);
}

TEST(SqliteCheckpointer, TellsTheWriterAlsoWhenItCouldNotDoAnything) {
  store::sqlite_checkpointer checkpointer{"/no/such/file"};
  checkpointer.request();
  while (!checkpointer.take_done()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  checkpointer.stop();
  checkpointer.request();
  EXPECT_FALSE(checkpointer.take_done());
}

}  // namespace
}  // namespace callgate::testing
