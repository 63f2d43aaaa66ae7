// SPDX-License-Identifier: Apache-2.0
// The document says where its server is, once somebody has said.
#include <callgate/server/openapi_document_at.hpp>

#include <callgate/json/find.hpp>
#include <callgate/json/validate.hpp>

#include <gtest/gtest.h>

#include <string>

namespace callgate {
namespace {

TEST(OpenapiDocumentAt, NamesThePublicUrl) {
  const std::string document = openapi_document_at(public_url("https://hooks.example.com/base/"));
  EXPECT_FALSE(json::validate(document));
  const auto url = json::find(document, "/servers/0/url");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->text, "\"https://hooks.example.com/base\"");
  EXPECT_TRUE(json::find(document, "/paths/~1health/get"));
}

TEST(OpenapiDocumentAt, IsThePlainDocumentWithoutOne) {
  EXPECT_EQ(openapi_document_at(public_url()), openapi_document);
}

}  // namespace
}  // namespace callgate
