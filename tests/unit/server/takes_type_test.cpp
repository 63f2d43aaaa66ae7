// SPDX-License-Identifier: Apache-2.0
// Which media types a route takes.
#include <callgate/server/takes_type.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace callgate {
namespace {

bool takes(std::string_view accepted, std::string_view sent) {
  const std::array<std::string_view, 2> types{"application/x-other", accepted};
  return takes_type({.path = "/", .method = "POST", .content_types = types}, sent);
}

TEST(TakesType, ComparesTheTypeWithoutItsCaseAndItsParameters) {
  EXPECT_TRUE(takes("application/json", "application/json"));
  EXPECT_TRUE(takes("application/json", "Application/JSON"));
  EXPECT_TRUE(takes("application/json", "application/json;charset=utf-8"));
  EXPECT_TRUE(takes("application/json", "application/json ; charset=utf-8"));
  EXPECT_TRUE(takes("application/json", "application/x-other"));
}

TEST(TakesType, TakesNoOtherType) {
  for (const std::string_view other : {"", "application/jsonp", "application/jso", "application",
                                       "text/json", " application/json"})
    EXPECT_FALSE(takes("application/json", other)) << other;
}

TEST(TakesType, TakesAnythingWhereTheRouteSaysSo) {
  EXPECT_TRUE(takes("*/*", "image/png"));
  EXPECT_TRUE(takes("*/*", ""));
}

}  // namespace
}  // namespace callgate
