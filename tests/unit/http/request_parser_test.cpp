// SPDX-License-Identifier: Apache-2.0
// Tests of the head's parser: what it says of a request, resuming, bounds, mutated input.
#include <callgate/http/request_parser.hpp>

#include "exchange.hpp"
#include "reference_head.hpp"

#include <tests/support/request_cases.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace http = callgate::http;
using namespace std::string_view_literals;
using http_test::every_position;
using http_test::read_message;
using http_test::reading;

namespace {

constexpr std::string_view sample =
    "POST /cb?task=1 HTTP/1.1\r\nHost: a.example:80\r\nContent-Type: application/json\r\n"
    "X-Sig: s\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n{}";

reading whole(std::string_view bytes) {
  return read_message(bytes, {});
}

std::vector<std::string> short_valid_requests() {
  std::vector<std::string> out;
  for (const http_test::request_case& c : http_test::read_request_cases())
    if (c.error.empty() && c.seen.size() == 1 && c.bytes.size() < 300) out.push_back(c.bytes);
  return out;
}

// One to three bytes removed, added or replaced, mostly by bytes that mean something.
std::string mutated(std::string bytes, std::mt19937& random) {
  constexpr std::string_view pool = "\r\n\t\0 :,;/*?#@[]%\"AaHhTtPp0159-+=\x7f\x80\xff"sv;
  for (std::size_t n = random() % 3; n < 3; ++n) {
    const std::size_t at = random() % bytes.size();
    const char c = pool[random() % pool.size()];
    if (random() % 3 == 0)
      bytes.erase(at, 1);
    else if (random() % 2 == 0)
      bytes.insert(at, 1, c);
    else
      bytes[at] = c;
  }
  return bytes;
}

void expect_agreement(const http::request_parser& parser, const http_test::reference& expected) {
  const http::request& r = parser.request();
  EXPECT_EQ(parser.head_size(), expected.size);
  EXPECT_EQ(r.method, expected.method);
  EXPECT_EQ(r.framing, expected.framing);
  EXPECT_EQ(r.content_length, expected.content_length);
  EXPECT_EQ(r.keep_alive, expected.keep_alive);
  ASSERT_EQ(r.fields.size(), expected.fields.size());
  for (std::size_t i = 0; i < r.fields.size(); ++i) {
    EXPECT_EQ(r.fields[i].name, expected.fields[i].first);
    EXPECT_EQ(r.fields[i].value, expected.fields[i].second);
  }
}

}  // namespace

TEST(RequestParser, SaysEverythingOfARequest) {
  const reading r = whole(sample);
  EXPECT_EQ(r.status, http::parse_status::complete);
  EXPECT_EQ(r.method, "POST");
  EXPECT_EQ(r.path, "/cb");
  EXPECT_EQ(r.query, "task=1");
  EXPECT_EQ(r.minor_version, 1);
  EXPECT_EQ(r.host, "a.example:80");
  EXPECT_EQ(r.content_type, "application/json");
  EXPECT_EQ(r.framing, http::body_framing::content_length);
  EXPECT_EQ(r.content_length, 2u);
  EXPECT_TRUE(r.keep_alive);
  EXPECT_TRUE(r.expect_continue);
  ASSERT_EQ(r.fields.size(), 5u);
  EXPECT_EQ(r.fields[2].first, "X-Sig");
  EXPECT_EQ(r.fields[2].second, "s");
  EXPECT_EQ(r.head_size, sample.size() - 2);
}

TEST(RequestParser, PointsIntoTheBytesItWasGiven) {
  http::request_parser parser;
  ASSERT_EQ(parser.parse_head(sample), http::parse_status::complete);
  const http::request& r = parser.request();
  EXPECT_EQ(r.method.data(), sample.data());
  EXPECT_EQ(r.target.path.data(), sample.data() + 5);
  EXPECT_EQ(r.fields[0].value.data(), r.host.data());
}

TEST(RequestParser, LetsTheTargetsAuthorityGoBeforeHost) {
  EXPECT_EQ(whole("GET http://b:1/ HTTP/1.1\r\nHost: a\r\n\r\n").host, "b:1");
  EXPECT_EQ(whole("GET / HTTP/1.1\r\nHost: a\r\n\r\n").host, "a");
}

TEST(RequestParser, AsksForContinueOnlyWhenABodyWillCome) {
  EXPECT_FALSE(whole("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n").expect_continue);
  EXPECT_FALSE(whole("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
                     "Expect: 100-continue\r\n\r\n")
                   .expect_continue);
  EXPECT_FALSE(whole("POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\nx")
                   .expect_continue);
}

TEST(RequestParser, TakesTheFirstContentType) {
  const reading r = whole("GET / HTTP/1.1\r\nHost: a\r\nContent-Type:\r\nContent-Type: b\r\n\r\n");
  EXPECT_EQ(r.content_type, "");
}

TEST(RequestParser, TakesTheLargestLength) {
  const reading r =
      whole("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551615\r\n\r\n");
  EXPECT_EQ(r.content_length, 18446744073709551615u);
  EXPECT_FALSE(r.error);
}

TEST(RequestParser, WaitsForEveryByteOfTheHead) {
  const std::size_t head = sample.size() - 2;
  for (std::size_t n = 0; n < head; ++n) {
    http::request_parser parser;
    EXPECT_EQ(parser.parse_head(sample.substr(0, n)), http::parse_status::need_more) << n;
  }
}

TEST(RequestParser, ReadsPipelinedRequestsOneAfterTheOther) {
  const std::string bytes =
      "GET /1 HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n\r\nGET /2 HTTP/1.0\r\n\r\nGET /3 HT";
  http::request_parser parser;
  ASSERT_EQ(parser.parse_head(bytes), http::parse_status::complete);
  EXPECT_EQ(parser.request().target.path, "/1");
  std::string_view rest = std::string_view{bytes}.substr(parser.head_size());
  parser.reset();
  ASSERT_EQ(parser.parse_head(rest), http::parse_status::complete);
  EXPECT_EQ(parser.request().target.path, "/2");
  EXPECT_TRUE(parser.request().fields.empty());
  EXPECT_TRUE(parser.request().host.empty());
  EXPECT_FALSE(parser.request().keep_alive);
  rest.remove_prefix(parser.head_size());
  parser.reset();
  EXPECT_EQ(parser.parse_head(rest), http::parse_status::need_more);
}

TEST(RequestParser, KeepsItsVerdictUntilReset) {
  http::request_parser parser;
  ASSERT_EQ(parser.parse_head("\n"), http::parse_status::error);
  EXPECT_EQ(parser.parse_head("GET / HTTP/1.0\r\n\r\n"), http::parse_status::error);
  EXPECT_EQ(parser.error(), http::errc::bare_line_feed);
  parser.reset();
  EXPECT_EQ(parser.parse_head("GET / HTTP/1.0\r\n\r\n"), http::parse_status::complete);
  EXPECT_EQ(parser.parse_head("GET / HTTP/1.0\r\n\r\nmore"), http::parse_status::complete);
}

TEST(RequestParser, RefusesABareLineFeedBeforeTheLineEnds) {
  http::request_parser parser;
  EXPECT_EQ(parser.parse_head("GET / HT\n"), http::parse_status::error);
  EXPECT_EQ(parser.error(), http::errc::bare_line_feed);
}

TEST(RequestParser, WaitsWithACarriageReturnForTheNextByte) {
  http::request_parser parser;
  const std::string_view bytes = "GET / HTTP/1.1\rX";
  EXPECT_EQ(parser.parse_head(bytes.substr(0, bytes.size() - 1)), http::parse_status::need_more);
  EXPECT_EQ(parser.parse_head(bytes), http::parse_status::error);
  EXPECT_EQ(parser.error(), http::errc::bare_carriage_return);
}

TEST(RequestParser, NeverNeedsMoreBytesThanTheLimit) {
  const std::string field_bytes = "GET / HTTP/1.0\r\nX: " + std::string(8192, 'v');
  http::request_parser parser;
  const std::string_view bytes = field_bytes;
  const auto limit = callgate::limits::max_head_bytes;
  EXPECT_EQ(parser.parse_head(bytes.substr(0, limit - 1)), http::parse_status::need_more);
  EXPECT_EQ(parser.parse_head(bytes.substr(0, limit)), http::parse_status::error);
  EXPECT_EQ(parser.error(), http::errc::head_too_large);
}

TEST(RequestParser, TakesATargetOfTheLimit) {
  const std::string target = "/" + std::string(callgate::limits::max_target_bytes - 1, 'a');
  EXPECT_EQ(whole("GET " + target + " HTTP/1.0\r\n\r\n").path, target);
}

TEST(RequestParser, ReadsMutatedRequestsAsTheReferenceDoes) {
  std::mt19937 random{20261122};
  const std::vector<std::string> seeds = short_valid_requests();
  int accepted = 0, refused = 0;
  for (int i = 0; i < 60'000; ++i) {
    const std::string bytes = mutated(seeds[random() % seeds.size()], random);
    http::request_parser parser;
    parser.parse_head(bytes);
    const auto expected = http_test::reference_head(bytes);
    const bool complete = parser.status() == http::parse_status::complete;
    ASSERT_EQ(complete, expected.has_value()) << i << '\n' << bytes;
    ++(complete ? accepted : refused);
    if (complete) expect_agreement(parser, *expected);
    ASSERT_FALSE(HasFailure()) << i << '\n' << bytes;
  }
  EXPECT_GT(accepted, 5'000);
  EXPECT_GT(refused, 5'000);
}

TEST(RequestParser, ReadsMutatedRequestsTheSameHoweverTheyAreSplit) {
  std::mt19937 random{7};
  const std::vector<std::string> seeds = short_valid_requests();
  for (int i = 0; i < 1'000; ++i) {
    const std::string bytes = mutated(seeds[random() % seeds.size()], random);
    const reading expected = whole(bytes);
    ASSERT_EQ(read_message(bytes, every_position(bytes.size())), expected) << bytes;
    for (std::size_t cut = 1; cut < bytes.size(); ++cut)
      ASSERT_EQ(read_message(bytes, {cut}), expected) << cut << '\n' << bytes;
  }
}
