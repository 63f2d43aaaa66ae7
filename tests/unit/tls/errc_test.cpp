// SPDX-License-Identifier: Apache-2.0
// Names of the tls layer's errors.
#include <callgate/tls/errc.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string>

using callgate::enum_name;
using callgate::tls::errc;

TEST(TlsErrc, NamesEveryErrorDifferently) {
  std::set<std::string> names;
  const auto count = static_cast<std::size_t>(errc::internal_error) + 1;
  for (std::size_t i = 0; i < count; ++i) names.emplace(enum_name(static_cast<errc>(i)));
  EXPECT_EQ(names.size(), count);
  EXPECT_FALSE(names.contains(""));
}

TEST(TlsErrc, KeepsNamesInTheOrderOfTheEnumerators) {
  EXPECT_EQ(enum_name(errc::plain_http), "plain_http");
  EXPECT_EQ(enum_name(errc::not_tls), "not_tls");
  EXPECT_EQ(enum_name(errc::no_common_version), "no_common_version");
  EXPECT_EQ(enum_name(errc::no_common_algorithm), "no_common_algorithm");
  EXPECT_EQ(enum_name(errc::no_common_protocol), "no_common_protocol");
  EXPECT_EQ(enum_name(errc::message_too_large), "message_too_large");
  EXPECT_EQ(enum_name(errc::peer_alert), "peer_alert");
  EXPECT_EQ(enum_name(errc::protocol_error), "protocol_error");
  EXPECT_EQ(enum_name(errc::truncated), "truncated");
  EXPECT_EQ(enum_name(errc::internal_error), "internal_error");
}
