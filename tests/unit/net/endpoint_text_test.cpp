// SPDX-License-Identifier: Apache-2.0
// Addresses with ports, read and written.
#include <callgate/net/endpoint_text.hpp>

#include <gtest/gtest.h>

#include <string>

namespace callgate::net {
namespace {

std::string round_trip(std::string_view text) {
  try {
    return endpoint_text(parse_endpoint_text(text, "--admin-listen"));
  } catch (const startup_error& error) {
    return error.what();
  }
}

TEST(EndpointText, IsReadAndWrittenTheSame) {
  for (const std::string text : {"127.0.0.1:9090", "0.0.0.0:0", "[::1]:65535", "[::]:80"})
    EXPECT_EQ(round_trip(text), text);
}

TEST(EndpointText, IsRefusedWithTheOptionsName) {
  EXPECT_EQ(round_trip("localhost:80"),
            "'localhost:80' is no address with a port: give one such as 127.0.0.1:9090 or "
            "[::1]:9090 with --admin-listen");
  for (const std::string_view bad :
       {"", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80", "[127.0.0.1]:80",
        "127.0.0.1:8o", "127.0.0.1:+8", "[::1]"})
    EXPECT_NE(round_trip(bad).find("is no address with a port"), std::string::npos) << bad;
}

}  // namespace
}  // namespace callgate::net
