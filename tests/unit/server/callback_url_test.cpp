// SPDX-License-Identifier: Apache-2.0
// The URLs of mounts.
#include <callgate/server/callback_url.hpp>

#include <callgate/provider/route.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace callgate {
namespace {

struct two_routes {
  static constexpr std::array<route, 2> routes{
      {{.path = "/callbacks/two", .method = "POST"}, {.path = "/two", .method = "PUT"}}};
};
struct mounted_two {
  using provider_type = two_routes;
  std::string name = "two";
  std::string path{};
};

std::string told(const mounted_two& mount) {
  std::vector<callback_url> urls;
  callback_url::add(urls, "https://example.com/base", mount);
  std::string out;
  for (const callback_url& each : urls)
    out += each.mount + " " + std::string(each.method) + " " + each.url + "\n";
  return out;
}

TEST(CallbackUrl, IsOneForEachRouteOfTheSchema) {
  EXPECT_EQ(told({}),
            "two POST https://example.com/base/callbacks/two\ntwo PUT "
            "https://example.com/base/two\n");
}

TEST(CallbackUrl, IsTheMountsOwnPathAloneWhereItHasOne) {
  EXPECT_EQ(told({.name = "second", .path = "/eu"}), "second POST https://example.com/base/eu\n");
}

}  // namespace
}  // namespace callgate
