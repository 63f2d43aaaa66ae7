// SPDX-License-Identifier: Apache-2.0
// Blocks of addresses: what is in them, and what is none.
#include <callgate/net/address_range.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace callgate::net {
namespace {

bool holds(std::string_view range, std::string_view address) {
  const auto block = address_range::parse(range);
  EXPECT_TRUE(block) << range;
  return block && block->contains(peer_address::parse(address).value());
}

TEST(AddressRange, HoldsItsBlockAndNothingBeside) {
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(holds("192.0.2.64/26", "192.0.2.127"));
  EXPECT_FALSE(holds("192.0.2.64/26", "192.0.2.128"));
  EXPECT_FALSE(holds("192.0.2.64/26", "192.0.2.63"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
}

TEST(AddressRange, IsOneAddressWithoutAPrefix) {
  EXPECT_TRUE(holds("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(holds("192.0.2.7", "192.0.2.6"));
  EXPECT_TRUE(holds("::1", "::1"));
  EXPECT_FALSE(holds("::1", "::2"));
}

TEST(AddressRange, OfOneKindHoldsNoneOfTheOther) {
  EXPECT_TRUE(holds("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(holds("::/0", "2001:db8::1"));
  EXPECT_FALSE(holds("::/0", "203.0.113.9"));
}

// Every prefix length against the address with one bit flipped at every place.
TEST(AddressRange, LooksAtTheBitsOfItsPrefixAndAtNoOthers) {
  for (unsigned bits = 0; bits <= 128; ++bits) {
    const auto range = address_range::parse("::/" + std::to_string(bits));
    ASSERT_TRUE(range) << bits;
    for (unsigned flipped = 0; flipped < 128; ++flipped) {
      std::array<std::uint8_t, 16> bytes{};
      bytes[flipped / 8] = static_cast<std::uint8_t>(0x80 >> flipped % 8);
      ASSERT_EQ(range->contains(peer_address(bytes)), flipped >= bits) << bits << " " << flipped;
    }
  }
}

TEST(AddressRange, IsNothingElse) {
  for (const std::string_view bad :
       {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8 ", "10.0.0.1/8", "::1/64",
        "::/129", "10/8", "example.org", "10.0.0.0/8/8", "10.0.0.0/255.0.0.0", "[::1]"})
    EXPECT_FALSE(address_range::parse(bad)) << bad;
}

}  // namespace
}  // namespace callgate::net
