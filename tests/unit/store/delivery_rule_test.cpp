// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/delivery_rule.hpp>

#include <gtest/gtest.h>

namespace callgate::store {
namespace {

TEST(DeliveryRule, ToldByDigestAndKindOfKey) {
  append_request r;
  r.decided = outcome::unknown_type;
  const auto same = r.digest;
  auto other = r.digest;
  other[15] = std::byte{1};
  EXPECT_EQ(outcome_of_known_key(r, same), outcome::duplicate);
  EXPECT_EQ(outcome_of_known_key(r, other), outcome::unknown_type);
  r.conflicts = true;
  EXPECT_EQ(outcome_of_known_key(r, same), outcome::duplicate);
  EXPECT_EQ(outcome_of_known_key(r, other), outcome::conflict);
}

}  // namespace
}  // namespace callgate::store
