// SPDX-License-Identifier: Apache-2.0
// The requests of tests/http/requests.yaml, each whole, byte by byte and split everywhere: those
// that are refused for their length, almost everywhere.
#include <callgate/http/request_parser.hpp>

#include "exchange.hpp"

#include <tests/support/request_cases.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace http = callgate::http;
using http_test::every_position;
using http_test::read_request_cases;
using http_test::read_stream;
using http_test::request_case;
using http_test::required_of;
using http_test::understanding;

namespace {

std::string place_of(const request_case& c) {
  return "requests.yaml:" + std::to_string(c.line) + " " + c.name;
}

std::string text_of(const understanding& u) {
  std::string out = "error: " + u.error;
  for (const std::string& request : u.seen) out += "\nseen: " + request;
  return out;
}

// From one split to the next: every position, but in the middle of what is refused because it is
// long, where all is alike: those few would cost six times what all others do.
std::size_t step_at(std::size_t cut, std::size_t bytes, const understanding& expected) {
  constexpr std::size_t edge = 500;
  const bool is_in_the_middle = cut >= edge && cut + edge < bytes;
  return is_in_the_middle && !expected.error.empty() ? 31 : 1;
}

void expect_same_however_split(const std::string& bytes, const understanding& expected) {
  ASSERT_EQ(read_stream(bytes, every_position(bytes.size())), expected) << "byte by byte";
  ASSERT_EQ(read_stream(bytes, every_position(bytes.size()), 3), expected) << "with a gap";
  for (std::size_t cut = 1; cut < bytes.size(); cut += step_at(cut, bytes.size(), expected))
    ASSERT_EQ(read_stream(bytes, {cut}), expected) << "split at " << cut;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

http::errc errc_of(const std::string& name) {
  for (std::size_t i = 0; i < http::errc_count; ++i)
    if (callgate::enum_name(static_cast<http::errc>(i)) == name) return static_cast<http::errc>(i);
  throw std::runtime_error("no errc is called " + name);
}

}  // namespace

TEST(RequestTables, UnderstandsEachRequestAsItMustHoweverItIsSplit) {
  for (const request_case& c : read_request_cases()) {
    SCOPED_TRACE(place_of(c));
    const understanding got = read_stream(c.bytes, {});
    EXPECT_EQ(got == required_of(c), c.pending.empty()) << text_of(got);
    expect_same_however_split(c.bytes, got);
  }
}

TEST(RequestTables, HasManyOfBothKinds) {
  const std::vector<request_case> cases = read_request_cases();
  const auto hostile = std::count_if(cases.begin(), cases.end(),
                                     [](const request_case& c) { return !c.error.empty(); });
  EXPECT_GE(hostile, 400);
  EXPECT_GE(static_cast<std::ptrdiff_t>(cases.size()) - hostile, 100);
}

TEST(RequestTables, ProducesEveryError) {
  std::set<std::string> produced;
  for (const request_case& c : read_request_cases())
    produced.insert(read_stream(c.bytes, {}).error);
  for (std::size_t i = 0; i < http::errc_count; ++i) {
    const auto name = callgate::enum_name(static_cast<http::errc>(i));
    EXPECT_TRUE(produced.contains(std::string{name})) << name;
  }
}

// What the program's test looks for on the wire must be what the parsers are held to.
TEST(RequestTables, RequiresOneAnswerForEachRequestAndOneForAnError) {
  for (const request_case& c : read_request_cases()) {
    SCOPED_TRACE(place_of(c));
    const std::vector<std::string> words = words_of(c.answers);
    const std::size_t errors = c.error.empty() ? 0 : 1;
    ASSERT_EQ(words.size(), c.seen.size() + errors + 1);
    EXPECT_TRUE(words.back() == "open" || words.back() == "close");
    EXPECT_TRUE(c.rfc.starts_with("RFC ")) << c.rfc;
    if (c.error.empty()) continue;
    EXPECT_EQ(words.back(), "close");
    EXPECT_EQ(words[c.seen.size()], std::to_string(http::status_of(errc_of(c.error))));
  }
}

TEST(RequestTables, LeavesWhatFollowsARequestUntouched) {
  const std::string next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const request_case& c : read_request_cases()) {
    if (!c.error.empty()) continue;
    SCOPED_TRACE(place_of(c));
    understanding expected = required_of(c);
    if (words_of(expected.seen.back())[3] == "open")
      expected.seen.emplace_back("GET /next none open -");
    EXPECT_EQ(read_stream(c.bytes + next, {}), expected);
    if (c.bytes.size() < 1000) expect_same_however_split(c.bytes + next, expected);
  }
}

TEST(RequestTables, GivesEveryRequestANameOfItsOwn) {
  std::set<std::string> names;
  for (const request_case& c : read_request_cases())
    EXPECT_TRUE(names.insert(c.name).second) << c.name;
}
