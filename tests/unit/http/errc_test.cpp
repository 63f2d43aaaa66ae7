// SPDX-License-Identifier: Apache-2.0
// Tests of the http layer's errors: names and statuses.
#include <callgate/http/errc.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

namespace http = callgate::http;

TEST(HttpErrc, NamesEveryErrorDifferently) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < http::errc_count; ++i)
    names.emplace(callgate::enum_name(static_cast<http::errc>(i)));
  EXPECT_EQ(names.size(), http::errc_count);
  EXPECT_FALSE(names.contains(""));
}

TEST(HttpErrc, KeepsNamesInTheOrderOfTheEnumerators) {
  using callgate::enum_name;
  EXPECT_EQ(enum_name(http::errc::bare_line_feed), "bare_line_feed");
  EXPECT_EQ(enum_name(http::errc::bad_request_line), "bad_request_line");
  EXPECT_EQ(enum_name(http::errc::obs_fold), "obs_fold");
  EXPECT_EQ(enum_name(http::errc::bad_content_length), "bad_content_length");
  EXPECT_EQ(enum_name(http::errc::bad_chunk_size), "bad_chunk_size");
  EXPECT_EQ(enum_name(http::errc::body_too_large), "body_too_large");
}

TEST(HttpErrc, AnswersEachErrorAsItsSectionSays) {
  EXPECT_EQ(http::status_of(http::errc::body_too_large), 413);
  EXPECT_EQ(http::status_of(http::errc::target_too_long), 414);
  EXPECT_EQ(http::status_of(http::errc::unsupported_content_coding), 415);
  EXPECT_EQ(http::status_of(http::errc::bad_expectation), 417);
  EXPECT_EQ(http::status_of(http::errc::head_too_large), 431);
  EXPECT_EQ(http::status_of(http::errc::too_many_fields), 431);
  EXPECT_EQ(http::status_of(http::errc::trailers_too_large), 431);
  EXPECT_EQ(http::status_of(http::errc::unsupported_transfer_coding), 501);
  EXPECT_EQ(http::status_of(http::errc::unsupported_version), 505);
}

TEST(HttpErrc, AnswersAllOthersWith400) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < http::errc_count; ++i)
    n += http::status_of(static_cast<http::errc>(i)) == 400 ? 1u : 0u;
  EXPECT_EQ(n, http::errc_count - 9);
}
