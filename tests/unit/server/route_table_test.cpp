// SPDX-License-Identifier: Apache-2.0
// Paths and their mounts.
#include <callgate/server/route_table.hpp>

#include <gtest/gtest.h>

#include <string>

namespace callgate {
namespace {

constexpr route a{.path = "/callbacks/a", .method = "POST"};
constexpr route b{.path = "/callbacks/b", .method = "POST"};

TEST(RouteTable, FindsWhatWasAdded) {
  route_table table;
  EXPECT_EQ(table.find("/callbacks/a"), nullptr);
  table.add(0, a);
  table.add(1, b);
  ASSERT_NE(table.find("/callbacks/b"), nullptr);
  EXPECT_EQ(table.find("/callbacks/b")->mount, 1U);
  EXPECT_EQ(table.find("/callbacks/b")->how, &b);
  EXPECT_EQ(table.find("/callbacks/a")->how, &a);
}

TEST(RouteTable, TakesPathsExactly) {
  route_table table;
  table.add(0, a);
  for (const char* other : {"", "/", "/callbacks", "/callbacks/", "/callbacks/a/", "/callbacks/A",
                            "/callbacks/a%20", "callbacks/a", "/callbacks//a", "*"})
    EXPECT_EQ(table.find(other), nullptr) << other;
}

TEST(RouteTable, RefusesAPathThatIsTaken) {
  route_table table;
  table.add(0, a);
  try {
    table.add(1, a);
    FAIL() << "no startup_error";
  } catch (const startup_error& error) {
    EXPECT_EQ(std::string(error.what()),
              "two mounts receive at /callbacks/a: mount one of them only, or give one a path of "
              "its own");
  }
}

}  // namespace
}  // namespace callgate
