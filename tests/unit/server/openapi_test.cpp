// SPDX-License-Identifier: Apache-2.0
#include <callgate/server/openapi.hpp>

#include <callgate/json/find.hpp>
#include <callgate/json/validate.hpp>
#include <callgate/server/api_routes.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace callgate {
namespace {

// The operation of a route, as JSON text; empty when the document has none.
std::string operation_of(const api_route& route) {
  std::string pointer = "/paths/";
  for (const char c : route.path) pointer += c == '/' ? std::string("~1") : std::string(1, c);
  std::string method(route.method);
  std::transform(method.begin(), method.end(), method.begin(),
                 [](char c) { return static_cast<char>(c + 32); });
  const auto found = json::find(openapi_document, pointer + "/" + method);
  return found ? std::string(found->text) : std::string();
}

// The names of its parameters in the query, in their order.
std::string parameters_of(const std::string& operation) {
  std::string names;
  for (std::size_t i = 0;; ++i) {
    const std::string at = "/parameters/" + std::to_string(i);
    if (!json::find(operation, at)) return names;
    if (const auto ref = json::find(operation, at + "/$ref")) {
      if (ref->text == "\"#/components/parameters/provider\"") names += "\"provider\" ";
    } else if (json::find(operation, at + "/in")->text == "\"query\"") {
      names += std::string(json::find(operation, at + "/name")->text) + " ";
    }
  }
}

TEST(OpenApi, IsJson) {
  EXPECT_FALSE(json::validate(openapi_document));
}

TEST(OpenApi, DescribesEveryRouteWithItsParameters) {
  for (const api_route& route : api_routes) {
    const std::string operation = operation_of(route);
    ASSERT_FALSE(operation.empty()) << route.method << " " << route.path;
    std::string names;
    for (const std::string_view each : route.parameters) names += "\"" + std::string(each) + "\" ";
    EXPECT_EQ(parameters_of(operation), names) << route.method << " " << route.path;
    EXPECT_EQ(json::find(operation, "/requestBody").has_value(), route.max_body_bytes > 0);
  }
}

}  // namespace
}  // namespace callgate
