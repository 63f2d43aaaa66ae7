// SPDX-License-Identifier: Apache-2.0
// Paths, methods and where they lead.
#include <callgate/server/router.hpp>

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {
namespace {

constexpr std::array<std::string_view, 1> json{"application/json"};

struct one {
  static constexpr std::array<route, 1> routes{
      {{.path = "/callbacks/a", .method = "POST", .content_types = json}}};
};
struct two {
  static constexpr std::array<route, 3> routes{
      {{.path = "/callbacks/b", .method = "POST", .content_types = json, .cors = true},
       {.path = "/callbacks/a", .method = "PUT", .content_types = json},
       {.path = "/callbacks/b", .method = "PUT", .content_types = json, .cors = true}}};
};
using both = router<one, two>;

std::vector<route_entry> entries_of_both() {
  return {{0, &one::routes[0]}, {1, &two::routes[0]}, {1, &two::routes[1]}, {1, &two::routes[2]}};
}

TEST(Router, LeadsByPathAndMethod) {
  const std::vector<route_entry> entries = entries_of_both();
  const both routes(entries);
  const place* a = routes.find("/callbacks/a");
  ASSERT_NE(a, nullptr);
  EXPECT_TRUE(a->api.empty());
  ASSERT_NE(a->callback("POST"), nullptr);
  EXPECT_EQ(a->callback("POST")->mount, 0U);
  EXPECT_EQ(a->callback("POST")->how, &one::routes[0]);
  ASSERT_NE(a->callback("PUT"), nullptr);
  EXPECT_EQ(a->callback("PUT")->mount, 1U);
  EXPECT_EQ(a->callback("PUT")->how, &two::routes[1]);
  for (const char* other : {"GET", "HEAD", "OPTIONS", "post", "", "POSTS"})
    EXPECT_EQ(a->callback(other), nullptr) << other;
  EXPECT_EQ(routes.find("/callbacks/b")->callback("PUT")->how, &two::routes[2]);
}

TEST(Router, TellsTheMethodsOfAPath) {
  const std::vector<route_entry> entries = entries_of_both();
  const both routes(entries);
  EXPECT_EQ(routes.find("/callbacks/a")->allow, "POST, PUT");
  EXPECT_EQ(routes.find("/callbacks/a")->preflight, "");
  EXPECT_EQ(routes.find("/callbacks/b")->allow, "POST, PUT, OPTIONS");
  EXPECT_EQ(routes.find("/callbacks/b")->preflight, "POST, PUT");
}

// Of two accounts at one path, one may want CORS and the other not.
TEST(Router, TellsAPreflightOnlyTheMethodsThatTakePartInIt) {
  static constexpr route posted{.path = "/c", .method = "POST"};
  static constexpr route put{.path = "/c", .method = "PUT", .cors = true};
  const std::array<route_entry, 2> entries{{{0, &posted}, {1, &put}}};
  const both routes(entries);
  EXPECT_EQ(routes.find("/c")->allow, "POST, PUT, OPTIONS");
  EXPECT_EQ(routes.find("/c")->preflight, "PUT");
}

TEST(Router, TakesPathsExactly) {
  const std::vector<route_entry> entries = entries_of_both();
  const both routes(entries);
  for (const char* other : {"", "/", "/callbacks", "/callbacks/", "/callbacks/a/", "/callbacks/A",
                            "/callbacks/a%20", "callbacks/a", "/callbacks//a", "*"})
    EXPECT_EQ(routes.find(other), nullptr) << other;
}

// A mount with a path of its own: nothing is at the schema's any more.
TEST(Router, LeadsFromPathsThatAreKnownAtStartOnly) {
  const std::string path = "/hooks/" + std::to_string(7);
  route renamed = one::routes[0];
  renamed.path = path;
  std::vector<route_entry> entries = entries_of_both();
  entries[0].how = &renamed;
  const both routes(entries);
  ASSERT_NE(routes.find("/hooks/7"), nullptr);
  EXPECT_EQ(routes.find("/hooks/7")->callback("POST")->how, &renamed);
  EXPECT_EQ(routes.find("/callbacks/a")->callback("POST"), nullptr);
  EXPECT_EQ(routes.find("/callbacks/a")->allow, "PUT");
  EXPECT_EQ(routes.find("/callbacks/b")->callback("POST")->how, &two::routes[0]);
  EXPECT_FALSE(routes.find("/health")->api.empty());
}

std::string failure_text(std::vector<route_entry> entries) {
  try {
    const both routes(entries);
  } catch (const startup_error& error) {
    return error.what();
  }
  return "no startup_error";
}

TEST(Router, RefusesAMethodOfAPathThatIsTaken) {
  EXPECT_EQ(failure_text({{0, &one::routes[0]}, {1, &one::routes[0]}}),
            "two mounts receive POST at /callbacks/a: mount one of them only, or give one a path "
            "of its own");
}

TEST(Router, RefusesPathsThatTheApiHas) {
  for (const char* path : {"/health", "/api/tasks", "/api/history", "/api/history/x",
                           "/api/history/clear", "/api/history/x/raw"}) {
    const route taken{.path = path, .method = "PUT"};
    EXPECT_EQ(failure_text({{0, &taken}}),
              "a mount receives at " + std::string(path) +
                  ", where the API answers: give it a path of its own");
  }
  const route beside{.path = "/api/history/x/y", .method = "PUT"};
  EXPECT_EQ(failure_text({{0, &beside}}), "no startup_error");
}

// --- the API

std::optional<api_operation> leads_to(std::string_view method, std::string_view path) {
  const router<> routes({});
  const place* at = routes.find(path);
  if (at == nullptr) return std::nullopt;
  EXPECT_TRUE(at->callbacks.empty());
  const api_route* found = find_api_route(at->api, method);
  return found == nullptr ? std::nullopt : std::optional(found->operation);
}

TEST(Router, LeadsToTheApiByPathAndMethod) {
  EXPECT_EQ(leads_to("GET", "/health"), api_operation::health);
  EXPECT_EQ(leads_to("GET", "/api/history"), api_operation::list);
  EXPECT_EQ(leads_to("GET", "/api/history/x"), api_operation::entry);
  EXPECT_EQ(leads_to("DELETE", "/api/history/x"), api_operation::remove);
  EXPECT_EQ(leads_to("GET", "/api/history/x/raw"), api_operation::raw);
  EXPECT_EQ(leads_to("POST", "/api/history/clear"), api_operation::clear);
  EXPECT_EQ(leads_to("POST", "/api/history/cleanup"), api_operation::cleanup);
  EXPECT_EQ(leads_to("DELETE", "/api/history/clear"), std::nullopt) << "spelled out, not an id";
  EXPECT_EQ(leads_to("GET", "/api/events"), api_operation::events);
  EXPECT_EQ(leads_to("HEAD", "/api/events"), api_operation::events);
  EXPECT_EQ(leads_to("HEAD", "/api/history/clear"), std::nullopt);
  EXPECT_EQ(leads_to("get", "/health"), std::nullopt) << "case matters";
}

TEST(Router, LeadsToNothingBesideTheApi) {
  const router<> routes({});
  for (const char* path : {"/", "", "/api", "/api/history/", "/api/history/x/", "/api/history//raw",
                           "/api/history/x/y/raw", "/api/history/x/raw/", "/api/historyx",
                           "/api/events/", "/health/", "/Health", "/api/history/raw/raw/raw"})
    EXPECT_EQ(routes.find(path), nullptr) << path;
}

TEST(Router, AllowsWhatTheApiAnswers) {
  const router<> routes({});
  EXPECT_EQ(routes.find("/api/history/x")->allow, "GET, HEAD, DELETE");
  for (const api_route& each : api_routes) {
    const place* at = routes.find(each.path);
    ASSERT_NE(at, nullptr) << each.path;
    EXPECT_EQ(at->preflight, "") << each.path;
    EXPECT_NE(find_api_route(at->api, each.method), nullptr) << each.path;
    for (const char* method : {"GET", "HEAD", "POST", "DELETE", "OPTIONS"})
      EXPECT_EQ(find_api_route(at->api, method) != nullptr,
                at->allow.find(method) != std::string::npos)
          << each.path << " " << method;
  }
}

}  // namespace
}  // namespace callgate
