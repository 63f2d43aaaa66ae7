// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/sqlite_jobs.hpp>

#include <gtest/gtest.h>

#include <thread>

namespace callgate::store {
namespace {

TEST(SqliteJobs, TellEveryWaiterHowItsTransactionEnded) {
  auto call = [](sqlite_writer&) { return errc::ok; };
  sqlite_job first{call}, second{call};
  first.next = &second;
  sqlite_jobs jobs;
  std::thread writer{[&] { jobs.finish(&first, errc::disk_full); }};
  EXPECT_EQ(jobs.wait(second), errc::disk_full);
  EXPECT_EQ(jobs.wait(first), errc::disk_full);
  writer.join();
}

TEST(SqliteJobs, TellWhatOneOfThemCameToWhereTheRestWasCommitted) {
  auto call = [](sqlite_writer&) { return errc::ok; };
  sqlite_job first{call}, second{call};
  first.next = &second;
  first.own = errc::rejected;
  sqlite_jobs jobs;
  jobs.finish(&first, errc::ok);
  EXPECT_EQ(jobs.wait(first), errc::rejected);
  EXPECT_EQ(jobs.wait(second), errc::ok);
}

}  // namespace
}  // namespace callgate::store
