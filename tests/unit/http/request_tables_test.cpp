// SPDX-License-Identifier: Apache-2.0
// The tables of hostile and valid requests, each row whole, byte by byte and split everywhere.
#include <callgate/http/request_parser.hpp>

#include "exchange.hpp"
#include "table.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string>

namespace http = callgate::http;
using http_test::every_position;
using http_test::read_message;
using http_test::reading;
using http_test::row;

namespace {

void expect_same_however_split(const std::string& bytes, const reading& expected) {
  ASSERT_EQ(read_message(bytes, every_position(bytes.size())), expected) << "byte by byte";
  ASSERT_EQ(read_message(bytes, every_position(bytes.size()), 3), expected) << "with a gap";
  for (std::size_t cut = 1; cut < bytes.size(); ++cut)
    ASSERT_EQ(read_message(bytes, {cut}), expected) << "split at " << cut;
}

void check_valid(const row& r) {
  SCOPED_TRACE("valid_requests.txt:" + std::to_string(r.line) + " " + r.columns[0]);
  const std::string& bytes = r.columns[6];
  const reading got = read_message(bytes, {});
  ASSERT_EQ(callgate::enum_name(got.status), "complete");
  EXPECT_EQ(got.method, r.columns[1]);
  EXPECT_EQ(got.path, r.columns[2]);
  EXPECT_EQ(callgate::enum_name(got.framing), r.columns[3]);
  EXPECT_EQ(got.keep_alive, r.columns[4] == "yes");
  EXPECT_EQ(got.body, r.columns[5] == "-" ? "" : http_test::unescape(r.columns[5]));
  EXPECT_EQ(got.rest, "");
  expect_same_however_split(bytes, got);
}

}  // namespace

TEST(RequestTables, RefusesEveryHostileRequestForItsReason) {
  const auto rows = http_test::read_table("hostile_requests.txt", 3);
  EXPECT_GE(rows.size(), 80u);
  for (const row& r : rows) {
    SCOPED_TRACE("hostile_requests.txt:" + std::to_string(r.line) + " " + r.columns[0]);
    const reading got = read_message(r.columns[2], {});
    ASSERT_TRUE(got.error) << callgate::enum_name(got.status);
    EXPECT_EQ(callgate::enum_name(*got.error), r.columns[1]);
    expect_same_however_split(r.columns[2], got);
  }
}

TEST(RequestTables, ProducesEveryError) {
  std::set<http::errc> produced;
  for (const row& r : http_test::read_table("hostile_requests.txt", 3))
    if (const auto error = read_message(r.columns[2], {}).error) produced.insert(*error);
  for (std::size_t i = 0; i < http::errc_count; ++i)
    EXPECT_TRUE(produced.contains(static_cast<http::errc>(i)))
        << callgate::enum_name(static_cast<http::errc>(i));
}

TEST(RequestTables, AcceptsEveryValidRequest) {
  const auto rows = http_test::read_table("valid_requests.txt", 7);
  EXPECT_GE(rows.size(), 50u);
  for (const row& r : rows) check_valid(r);
}

TEST(RequestTables, LeavesWhatFollowsARequestUntouched) {
  const std::string next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const row& r : http_test::read_table("valid_requests.txt", 7)) {
    SCOPED_TRACE(r.columns[0]);
    reading expected = read_message(r.columns[6], {});
    expected.rest = next;
    if (r.columns[6].size() < 1000) expect_same_however_split(r.columns[6] + next, expected);
    EXPECT_EQ(read_message(r.columns[6] + next, {}), expected);
  }
}

TEST(RequestTables, GivesEveryRowANameOfItsOwn) {
  std::set<std::string> names;
  for (const row& r : http_test::read_table("hostile_requests.txt", 3))
    EXPECT_TRUE(names.insert(r.columns[0]).second) << r.columns[0];
  for (const row& r : http_test::read_table("valid_requests.txt", 7))
    EXPECT_TRUE(names.insert(r.columns[0]).second) << r.columns[0];
}
