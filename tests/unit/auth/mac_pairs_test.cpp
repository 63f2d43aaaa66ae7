// SPDX-License-Identifier: Apache-2.0
// Every MAC but the last of an odd number is known afterwards, and is the right one.
#include <callgate/auth/mac_pairs.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>

namespace callgate::auth {
namespace {

TEST(MacPairs, AreComputedAsSoonAsThereAreTwo) {
  const std::array<hmac_sha256, 2> keys{hmac_sha256("one"), hmac_sha256("two")};
  for (const std::size_t count : {0U, 1U, 2U, 3U, 6U, 7U}) {
    std::array<std::string, 7> messages;
    std::array<known_mac, 7> macs;
    mac_pairs pairs;
    for (std::size_t i = 0; i < count; ++i) {
      messages[i].assign(100 * i, 'm');
      pairs.add(keys[i % 2], messages[i], macs[i]);
    }
    for (std::size_t i = 0; i < macs.size(); ++i) {
      const auto found = macs[i].of(keys[i % 2], messages[i]);
      if (i < count / 2 * 2)
        EXPECT_EQ(found, keys[i % 2].mac(messages[i])) << i << " of " << count;
      else
        EXPECT_EQ(found, std::nullopt) << i << " of " << count;
    }
  }
}

}  // namespace
}  // namespace callgate::auth
