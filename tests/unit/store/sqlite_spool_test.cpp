// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/sqlite_spool.hpp>

#include <tests/support/store_posts.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

namespace callgate::testing {
namespace {

using store::append_request;
using store::errc;
using store::sqlite_spool;

class SqliteSpool : public ::testing::Test {
 protected:
  SqliteSpool() {
    options.folder = folder.path;
    options.max_quarantine_rows = 2;
    options.max_quarantine_bytes = 100;
  }

  std::unique_ptr<sqlite_spool> opened(const std::string& name = "standby-1") {
    auto made = std::make_unique<sqlite_spool>(name, options);
    EXPECT_TRUE(made->hold());
    EXPECT_EQ(made->open(), errc::ok) << made->problem();
    return made;
  }
  static append_request kept(sqlite_spool& spool, const callback& c) {
    append_request r = request_of(c);
    EXPECT_EQ(spool.keep(&r), errc::ok) << spool.problem();
    return r;
  }
  static std::vector<std::int64_t> numbers(sqlite_spool& spool, std::int64_t after = 0) {
    std::vector<std::int64_t> found;
    EXPECT_EQ(spool.read(after,
                         [&](std::int64_t number, const append_request&) {
                           found.push_back(number);
                           return true;
                         }),
              errc::ok);
    return found;
  }
  static callback refused(std::string raw = "{", const std::string& mount = "suno") {
    callback c;
    c.mount = mount;
    c.decided = outcome::bad_json;
    c.raw = std::move(raw);
    return c;
  }

  temporary_folder folder;
  store::sqlite_options options;
};

TEST_F(SqliteSpool, GivesBackEveryFieldOfACallback) {
  callback c;
  c.record_id = "record-1";
  c.stage = "complete";
  c.rank = 3;
  c.status = task_status::completed;
  c.terminal = true;
  c.code = 451;
  c.message = "All generated";
  c.raw = std::string{"\0\xff{\n", 4};
  c.key = "key";
  c.conflicts = true;
  c.decided = outcome::unknown_type;
  append_request sent = request_of(c);
  sent.wants_registered_task = true;
  const auto spool = opened();
  ASSERT_EQ(spool->keep(&sent), errc::ok);
  EXPECT_EQ(sent.result, outcome::passive);
  EXPECT_EQ(sent.sequence, 0);

  const auto check = [&](std::int64_t number, const append_request& r) {
    EXPECT_EQ(number, 1);
    EXPECT_EQ(r.decided, outcome::unknown_type);
    EXPECT_EQ(r.mount, c.mount);
    EXPECT_EQ(r.provider, c.provider);
    EXPECT_EQ(r.task_id, c.task_id);
    EXPECT_EQ(r.record_id, c.record_id);
    EXPECT_EQ(r.stage, c.stage);
    EXPECT_EQ(r.rank, 3);
    EXPECT_EQ(r.status, task_status::completed);
    EXPECT_TRUE(r.terminal);
    EXPECT_EQ(r.code, 451);
    EXPECT_EQ(r.message, c.message);
    EXPECT_EQ(r.raw, c.raw);
    EXPECT_TRUE(r.wants_registered_task);
    EXPECT_EQ(r.received_at, c.at);
    EXPECT_EQ(r.key, sent.key);
    EXPECT_EQ(r.digest, sent.digest);
    EXPECT_TRUE(r.conflicts);
    EXPECT_EQ(r.ttl_us, c.ttl_us);
    return true;
  };
  EXPECT_EQ(spool->read(0, check), errc::ok);
}

TEST_F(SqliteSpool, SaysOfWhatWasRefusedWhatWasDecided) {
  const auto spool = opened();
  const callback bad = refused(), good;
  append_request first = request_of(bad), second = request_of(good);
  first.next = &second;
  ASSERT_EQ(spool->keep(&first), errc::ok);
  EXPECT_EQ(first.result, outcome::bad_json);
  EXPECT_EQ(second.result, outcome::passive);
}

TEST_F(SqliteSpool, BoundsTheQuarantineOfEachMountAndLeavesAHoleForEachBody) {
  const auto spool = opened();
  (void)kept(*spool, callback{});
  for (int i = 0; i < 4; ++i) (void)kept(*spool, refused());  // 2 to 5
  (void)kept(*spool, refused("{", "kie"));                    // 6
  (void)kept(*spool, callback{});                             // 7
  EXPECT_EQ(numbers(*spool), (std::vector<std::int64_t>{1, 4, 5, 6, 7}));
  (void)kept(*spool, refused(std::string(101, 'x')));  // alone over the bound: it stays
  EXPECT_EQ(numbers(*spool), (std::vector<std::int64_t>{1, 6, 7, 8}));
}

TEST_F(SqliteSpool, KnowsItsBoundsAndNumbersAgainAfterItWasOpenedAnew) {
  const auto spool = opened();
  for (int i = 0; i < 2; ++i) (void)kept(*spool, refused());
  spool->close();
  EXPECT_FALSE(spool->is_open());
  ASSERT_EQ(spool->open(), errc::ok);
  (void)kept(*spool, refused());
  EXPECT_EQ(numbers(*spool), (std::vector<std::int64_t>{2, 3}));
}

TEST_F(SqliteSpool, ReadsFromWhereItIsToldAndAsMuchAsOneTransactionTakes) {
  const auto spool = opened();
  callback big;
  big.raw = std::string(limits::max_drained_bytes / 2, 'x');
  for (int i = 0; i < 4; ++i) (void)kept(*spool, big);
  EXPECT_EQ(numbers(*spool), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(numbers(*spool, 2), (std::vector<std::int64_t>{3, 4}));
  EXPECT_EQ(numbers(*spool, 4), (std::vector<std::int64_t>{}));
}

TEST_F(SqliteSpool, IsHeldByOneOnlyAndGoesWithItsFolder) {
  const auto spool = opened();
  EXPECT_TRUE(spool->is_empty());
  sqlite_spool other{"standby-1", options};
  EXPECT_FALSE(other.hold());
  EXPECT_TRUE(other.has_database());
  EXPECT_EQ(spool->remove(), 0);
  EXPECT_NE(::access((folder.path + "/standby-1").c_str(), F_OK), 0);
  EXPECT_FALSE(other.has_database());
}

TEST_F(SqliteSpool, IsNotReadWhenAnotherVersionWroteIt) {
  opened()->close();
  store::sqlite_connection connection;
  ASSERT_EQ(connection.open_writable(folder.path + "/standby-1/spool.db"), errc::ok);
  ASSERT_EQ(connection.execute("PRAGMA user_version = 2"), errc::ok);
  connection.close();
  sqlite_spool later{"standby-1", options};
  ASSERT_TRUE(later.hold());
  EXPECT_EQ(later.open(), errc::corrupt);
  EXPECT_EQ(later.problem(), "another version of callgate wrote the spool");
}

}  // namespace
}  // namespace callgate::testing
