// SPDX-License-Identifier: Apache-2.0
// Tests of reason phrases.
#include <callgate/http/status.hpp>

#include <callgate/http/errc.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

namespace http = callgate::http;

TEST(HttpStatus, HasAPhraseForEveryErrorOfTheLayer) {
  for (std::size_t i = 0; i < http::errc_count; ++i)
    EXPECT_FALSE(http::reason_phrase(http::status_of(static_cast<http::errc>(i))).empty()) << i;
}

TEST(HttpStatus, SpellsPhrasesAsRegistered) {
  EXPECT_EQ(http::reason_phrase(200), "OK");
  EXPECT_EQ(http::reason_phrase(413), "Content Too Large");
  EXPECT_EQ(http::reason_phrase(431), "Request Header Fields Too Large");
  EXPECT_EQ(http::reason_phrase(503), "Service Unavailable");
}

TEST(HttpStatus, LeavesOthersWithoutAPhrase) {
  EXPECT_EQ(http::reason_phrase(299), "");
  EXPECT_EQ(http::reason_phrase(0), "");
}
