// SPDX-License-Identifier: Apache-2.0
#include <callgate/server/api_routes.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace callgate {
namespace {

std::optional<api_operation> leads_to(std::string_view method, std::string_view path) {
  const api_route* found = find_api_path(path).find(method);
  return found == nullptr ? std::nullopt : std::optional(found->operation);
}

TEST(ApiRoutes, LeadByPathAndMethod) {
  EXPECT_EQ(leads_to("GET", "/health"), api_operation::health);
  EXPECT_EQ(leads_to("GET", "/api/history"), api_operation::list);
  EXPECT_EQ(leads_to("GET", "/api/history/x"), api_operation::entry);
  EXPECT_EQ(leads_to("DELETE", "/api/history/x"), api_operation::remove);
  EXPECT_EQ(leads_to("GET", "/api/history/x/raw"), api_operation::raw);
  EXPECT_EQ(leads_to("POST", "/api/history/clear"), api_operation::clear);
  EXPECT_EQ(leads_to("POST", "/api/history/cleanup"), api_operation::cleanup);
  EXPECT_EQ(leads_to("GET", "/api/events"), api_operation::events);
  EXPECT_EQ(leads_to("HEAD", "/api/events"), api_operation::events);
  EXPECT_EQ(leads_to("HEAD", "/api/history/clear"), std::nullopt);
  EXPECT_EQ(leads_to("get", "/health"), std::nullopt) << "case matters";
}

TEST(ApiRoutes, LeadNowhereElse) {
  for (const char* path : {"/", "", "/api", "/api/history/", "/api/history/x/", "/api/history//raw",
                           "/api/history/x/y/raw", "/api/history/x/raw/", "/api/historyx",
                           "/api/events/", "/health/", "/Health", "/api/history/raw/raw/raw"})
    EXPECT_TRUE(find_api_path(path).routes.empty()) << path;
}

TEST(ApiRoutes, TellTheSegmentThatIsAnId) {
  EXPECT_EQ(find_api_path("/api/history/a%2Fb").id, "a%2Fb");
  EXPECT_EQ(find_api_path("/api/history/a%2Fb/raw").id, "a%2Fb");
  EXPECT_EQ(find_api_path("/api/history/raw").id, "raw");
  EXPECT_EQ(find_api_path("/api/history/%63lear").id, "%63lear") << "an entry of this name";
}

TEST(ApiRoutes, AllowWhatTheyAnswer) {
  for (const api_route& each : api_routes) {
    const api_match match = find_api_path(each.path);
    ASSERT_FALSE(match.routes.empty()) << each.path;
    EXPECT_NE(match.allow().find(each.method), std::string_view::npos) << each.path;
    for (const char* method : {"GET", "HEAD", "POST", "DELETE"})
      EXPECT_EQ(match.find(method) != nullptr, match.allow().find(method) != std::string_view::npos)
          << each.path << " " << method;
  }
}

}  // namespace
}  // namespace callgate
