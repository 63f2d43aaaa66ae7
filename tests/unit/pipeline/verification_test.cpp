// SPDX-License-Identifier: Apache-2.0
// From a verdict to the next step, or to a refusal.
#include <callgate/pipeline/verification.hpp>

#include <callgate/schemas/suno.hpp>
#include <tests/support/sample_request.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string_view>

namespace callgate {
namespace {

using suno = schemas::suno::provider;
using testing::sample_request;

struct fixed_verdict {
  auth::verdict says;

  auth::verdict verify(const request_credentials&, std::string_view, const auth::known_mac&) const {
    return says;
  }
};
static_assert(request_verifier<fixed_verdict>);

// Finds what verifiers ask for.
struct asking {
  mutable std::string_view body{};
  mutable bool found_field = false, found_query = false, found_other = false;

  auth::verdict verify(const request_credentials& in, std::string_view bytes,
                       const auth::known_mac&) const {
    body = bytes;
    found_field = in.field("x-signature") == "s1";
    found_query = in.query("token") == "a b";
    found_other = in.field("token").has_value() || in.query("x-signature").has_value();
    return auth::verdict::verified;
  }
};

class Verification : public ::testing::Test {
 protected:
  auto run(auth::verdict says) {
    return verification<suno>::run(fixed_verdict{says}, request, "body", memory);
  }

  std::array<std::byte, 256> room{};
  arena memory{room};
  sample_request request{"/p?token=a+b", "X-Signature: s1\r\n"};
};

TEST_F(Verification, LetsVerifiedAndWaivedBytesPassUnchanged) {
  for (const auth::verdict v : {auth::verdict::verified, auth::verdict::waived}) {
    const auto passed = run(v);
    ASSERT_TRUE(passed);
    EXPECT_EQ(passed->bytes(), "body");
  }
}

TEST_F(Verification, RefusesWithTheOutcomeThatFits) {
  EXPECT_EQ(run(auth::verdict::missing).error().result, outcome::missing_signature);
  EXPECT_EQ(run(auth::verdict::missing).error().reason, "no credential in the request");
  EXPECT_EQ(run(auth::verdict::invalid).error().result, outcome::invalid_signature);
  EXPECT_EQ(run(auth::verdict::invalid).error().reason, "the credential does not verify");
}

TEST_F(Verification, ShowsTheVerifierFieldsAndTheDecodedQuery) {
  const asking verifier;
  ASSERT_TRUE(verification<suno>::run(verifier, request, "raw", memory));
  EXPECT_EQ(verifier.body, "raw");
  EXPECT_TRUE(verifier.found_field);
  EXPECT_TRUE(verifier.found_query);
  EXPECT_FALSE(verifier.found_other);
}

}  // namespace
}  // namespace callgate
