// SPDX-License-Identifier: Apache-2.0
// What a verifier finds in a request's fields and query.
#include <callgate/pipeline/request_credentials.hpp>

#include <tests/support/sample_request.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <optional>

namespace callgate {
namespace {

class RequestCredentials : public ::testing::Test {
 protected:
  std::array<std::byte, 64> room{};
  arena memory{room};
  testing::sample_request request{"/p?token=a+b%21", "X-Signature: s1\r\n"};
  request_credentials credentials{request, memory};
};

TEST_F(RequestCredentials, FindsAFieldWithoutRegardToCase) {
  EXPECT_EQ(credentials.field("x-signature"), "s1");
  EXPECT_EQ(credentials.field("token"), std::nullopt);
}

TEST_F(RequestCredentials, FindsAQueryParameterDecoded) {
  EXPECT_EQ(credentials.query("token"), "a b!");
  EXPECT_EQ(credentials.query("x-signature"), std::nullopt);
}

// Without room for a decoded token nothing is verified by accident.
TEST_F(RequestCredentials, FindsNoQueryWithoutMemory) {
  arena none;
  EXPECT_EQ((request_credentials{request, none}.query("token")), std::nullopt);
}

}  // namespace
}  // namespace callgate
