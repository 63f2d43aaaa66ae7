// SPDX-License-Identifier: Apache-2.0
// SHA-256 and HMAC-SHA256 against published vectors.
#include <callgate/auth/digest_openssl.hpp>

#include <callgate/core/encoding.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace callgate::auth {
namespace {

std::string hex(const sha256_digest& digest) {
  std::string out(64, '?');
  return std::string(encode_hex(digest, out));
}

std::string sha256_of(std::string_view text) {
  return hex(sha256{}.update(text).finish());
}
std::string mac_of(std::string_view key, std::string_view text) {
  return hex(hmac_sha256(key).mac(text));
}

// Source: NIST, examples of FIPS 180-4.
TEST(Sha256, AgreesWithThePublishedVectors) {
  EXPECT_EQ(sha256_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_of(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowTheTextIsSplit) {
  const std::string text(200, 'x');
  const std::string whole = sha256_of(text);
  for (std::size_t at = 0; at <= text.size(); ++at)
    EXPECT_EQ(hex(sha256{}.update(text.substr(0, at)).update(text.substr(at)).finish()), whole)
        << at;
}

TEST(Sha256, CopiesItsState) {
  sha256 begun;
  begun.update("a");
  sha256 copy = begun;
  EXPECT_EQ(hex(begun.update("bc").finish()), sha256_of("abc"));
  EXPECT_EQ(hex(copy.update("x").finish()), sha256_of("ax"));
}

TEST(Sha256, TakesBytesLikeText) {
  const std::array<std::uint8_t, 3> abc{'a', 'b', 'c'};
  EXPECT_EQ(hex(sha256{}.update(std::span<const std::uint8_t>(abc)).finish()), sha256_of("abc"));
}

// Source: RFC 4231, cases 1 to 4, 6 and 7. The keys of the last two are longer than a block.
TEST(HmacSha256, AgreesWithRfc4231) {
  EXPECT_EQ(mac_of(std::string(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(mac_of("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(mac_of(std::string(20, '\xaa'), std::string(50, '\xdd')),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  std::string counting;
  for (char c = 1; c <= 25; ++c) counting += c;
  EXPECT_EQ(mac_of(counting, std::string(50, '\xcd')),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  const std::string long_key(131, '\xaa');
  EXPECT_EQ(mac_of(long_key, "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(mac_of(long_key,
                   "This is a test using a larger than block-size key and a larger than block-size "
                   "data. The key "
                   "needs to be hashed before being used by the HMAC algorithm."),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(HmacSha256, AgreesWithTheProvidersVectors) {
  EXPECT_EQ(mac_of("It's a Secret to Everybody", "Hello, World!"),
            "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
  EXPECT_EQ(mac_of("your-secret-here", R"({"code":200})"),
            "840135df0cbd913eb45c261156471f880166eb2c662cac84bae470ef7c7b78b5");
}

// A key of exactly one block is used as it is, one byte more is hashed first.
TEST(HmacSha256, ChangesItsTreatmentOfKeysBehindOneBlock) {
  const std::string block(64, 'k');
  const std::string longer(65, 'k');
  EXPECT_NE(mac_of(block, "x"), mac_of(longer, "x"));
  std::string hashed(32, '\0');
  const sha256_digest digest = sha256{}.update(longer).finish();
  hashed.assign(digest.begin(), digest.end());
  EXPECT_EQ(mac_of(longer, "x"), mac_of(hashed, "x"));
}

TEST(HmacSha256, MakesTwoMacsAtOnce) {
  const hmac_sha256 one("It's a Secret to Everybody"), two("your-secret-here");
  for (const std::size_t bytes : {0, 13, 64, 1'300, 5'500}) {
    const std::string first = "Hello, World!", second(bytes, 'x');
    const auto macs = hmac_sha256::mac_pair(one, first, two, second);
    EXPECT_EQ(macs[0].of(one, first), one.mac(first)) << bytes;
    EXPECT_EQ(macs[1].of(two, second), two.mac(second)) << bytes;
  }
}

TEST(HmacSha256, CanBeUsedAgain) {
  const hmac_sha256 key("key");
  EXPECT_EQ(key.mac("one"), key.mac("one"));
  EXPECT_NE(key.mac("one"), key.mac("two"));
}

}  // namespace
}  // namespace callgate::auth
