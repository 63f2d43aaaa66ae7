// SPDX-License-Identifier: Apache-2.0
#include <callgate/server/api_routes.hpp>

#include <gtest/gtest.h>

#include <string_view>

namespace callgate {
namespace {

TEST(ApiRoutes, StandTogetherByTheirPaths) {
  EXPECT_EQ(api_routes_at("/api/history/{id}").size(), 2U);
  for (const api_route& each : api_routes) {
    const auto found = api_routes_at(each.path);
    EXPECT_TRUE(&found.front() <= &each && &each <= &found.back()) << each.path;
    for (const api_route& other : found) EXPECT_EQ(other.path, each.path);
  }
  EXPECT_TRUE(api_routes_at("/api/history/x").empty());
}

TEST(ApiRoutes, AreFoundByTheirMethods) {
  const auto routes = api_routes_at("/api/history/{id}");
  EXPECT_EQ(find_api_route(routes, "GET")->operation, api_operation::entry);
  EXPECT_EQ(find_api_route(routes, "HEAD")->operation, api_operation::entry);
  EXPECT_EQ(find_api_route(routes, "DELETE")->operation, api_operation::remove);
  EXPECT_EQ(find_api_route(routes, "POST"), nullptr);
  EXPECT_EQ(find_api_route(api_routes_at("/api/tasks"), "HEAD"), nullptr);
  EXPECT_EQ(allowed_methods(routes), "GET, HEAD, DELETE");
  EXPECT_EQ(allowed_methods(api_routes_at("/api/tasks")), "POST");
}

TEST(ApiRoutes, TellTheSegmentThatIsAnId) {
  constexpr std::string_view entry = "/api/history/{id}", raw = "/api/history/{id}/raw";
  EXPECT_EQ(id_of_path(entry, "/api/history/a%2Fb"), "a%2Fb");
  EXPECT_EQ(id_of_path(raw, "/api/history/a%2Fb/raw"), "a%2Fb");
  EXPECT_EQ(id_of_path(entry, "/api/history/raw"), "raw");
  EXPECT_EQ(id_of_path(entry, "/api/history/%63lear"), "%63lear") << "an entry of this name";
  for (const std::string_view path :
       {"/api/history/", "/api/history/x/raw", "/api/histor", "/api/historyx", ""})
    EXPECT_EQ(id_of_path(entry, path), "") << path;
  for (const std::string_view path : {"/api/history//raw", "/api/history/raw", "/api/history/x/ra",
                                      "/api/history/x/y/raw", "/api/history/x/raw/"})
    EXPECT_EQ(id_of_path(raw, path), "") << path;
  EXPECT_EQ(id_of_path("/health", "/health"), "") << "it has none";
}

}  // namespace
}  // namespace callgate
