// SPDX-License-Identifier: Apache-2.0
// For which key and message a MAC holds that was computed before.
#include <callgate/auth/known_mac.hpp>

#include <callgate/auth/digest_openssl.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace callgate::auth {
namespace {

TEST(KnownMac, IsOfItsKeyAndItsMessageOnly) {
  const hmac_sha256 key("key"), other("key");
  const std::string message = "message", same_text = "message";
  const auto macs = hmac_sha256::mac_pair(key, message, key, "second");
  EXPECT_EQ(macs[0].of(key, message), key.mac(message));
  EXPECT_FALSE(macs[0].of(other, message)) << "of this one it was not computed";
  EXPECT_FALSE(macs[0].of(key, same_text)) << "its bytes could change";
  EXPECT_FALSE(macs[0].of(key, std::string_view(message).substr(0, 6)));
  EXPECT_FALSE(macs[1].of(key, message));
}

TEST(KnownMac, IsOfNothingWhenNoneWasComputed) {
  const hmac_sha256 key("key");
  EXPECT_FALSE(known_mac{}.of(key, ""));
}

}  // namespace
}  // namespace callgate::auth
