// SPDX-License-Identifier: Apache-2.0
// Keys of deliveries: equal for equal deliveries, and for nothing else.
#include <callgate/pipeline/event_key.hpp>

#include <callgate/auth/digest_openssl.hpp>
#include <callgate/provider/template_text.hpp>

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <string_view>

namespace callgate {
namespace {

using digest = auth::sha256;

constexpr std::array<key_segment, 6> how{{{slot::literal, "x:"},
                                          {slot::provider},
                                          {slot::mount},
                                          {slot::task_id},
                                          {slot::literal, ":"},
                                          {slot::stage}}};

facts sample() {
  return {.provider = "suno", .mount = "main", .task_id = "t1", .stage = "text"};
}

short_digest key_of(const facts& known, std::string_view body = "{}",
                    std::span<const key_segment> segments = how) {
  return derived_key(digest{}, segments, known, body_digest(digest{}, body));
}

TEST(BodyDigest, IsTheFirstHalfOfSha256) {
  const short_digest abc = body_digest(digest{}, "abc");
  EXPECT_EQ(abc[0], std::byte{0xba});
  EXPECT_EQ(abc[1], std::byte{0x78});
  EXPECT_EQ(abc[15], std::byte{0x23});
  EXPECT_NE(abc, body_digest(digest{}, "abd"));
}

TEST(DeliveryKey, IsTheSameForTheSameDelivery) {
  EXPECT_EQ(delivery_key(digest{}, "main", "1"), delivery_key(digest{}, "main", "1"));
  EXPECT_NE(delivery_key(digest{}, "main", "1"), delivery_key(digest{}, "main", "2"));
  EXPECT_NE(delivery_key(digest{}, "main", "1"), delivery_key(digest{}, "other", "1"));
  EXPECT_NE(delivery_key(digest{}, "main", "1"), delivery_key(digest{}, "main1", ""));
  EXPECT_NE(delivery_key(digest{}, "ab", "c"), delivery_key(digest{}, "a", "bc"));
}

TEST(DerivedKey, IsTheSameForTheSameFacts) {
  EXPECT_EQ(key_of(sample()), key_of(sample()));
  facts other = sample();
  other.received_at = 17;
  other.message = "said";
  other.code = 200;
  EXPECT_EQ(key_of(other), key_of(sample())) << "what is not part of the key does not count";
}

TEST(DerivedKey, ChangesWithEveryPart) {
  std::set<short_digest> keys{key_of(sample())};
  const auto add = [&](auto change) {
    facts known = sample();
    change(known);
    EXPECT_TRUE(keys.insert(key_of(known)).second) << keys.size();
  };
  add([](facts& f) { f.provider = "kie"; });
  add([](facts& f) { f.mount = "other"; });
  add([](facts& f) { f.task_id = "t2"; });
  add([](facts& f) { f.task_id.reset(); });
  add([](facts& f) { f.stage = "first"; });
  add([](facts& f) { f.stage.reset(); });
  EXPECT_TRUE(keys.insert(key_of(sample(), "{ }")).second) << "the body's digest is part of it";
  constexpr std::array<key_segment, 1> one{{{slot::task_id}}};
  EXPECT_TRUE(keys.insert(key_of(sample(), "{}", one)).second);
}

// Nothing may slide from one part into the next.
TEST(DerivedKey, KeepsItsPartsApart) {
  facts a = sample(), b = sample();
  a.provider = "ab", a.mount = "c";
  b.provider = "a", b.mount = "bc";
  EXPECT_NE(key_of(a), key_of(b));
  a = b = sample();
  a.task_id = "t:", a.stage = "x";
  b.task_id = "t", b.stage = ":x";
  EXPECT_NE(key_of(a), key_of(b));
}

TEST(DerivedKey, CountsTheMountEvenIfTheTemplateDoesNot) {
  constexpr std::array<key_segment, 1> one{{{slot::task_id}}};
  facts other = sample();
  other.mount = "other";
  EXPECT_NE(key_of(sample(), "{}", one), key_of(other, "{}", one));
}

// A sender chooses delivery ids freely: none may stand for what another sender's payload derives.
TEST(DerivedKey, NeverEqualsADeliverysKey) {
  constexpr std::array<key_segment, 1> one{{{slot::task_id}}};
  const short_digest body = body_digest(digest{}, "{}");
  facts known = sample();
  known.task_id = "t";
  const short_digest derived = derived_key(digest{}, one, known, body);
  std::string forged("t\0", 2);
  forged.append(reinterpret_cast<const char*>(body.data()), body.size());
  EXPECT_NE(delivery_key(digest{}, "main", "t"), derived);
  EXPECT_NE(delivery_key(digest{}, "main", forged), derived);
}

}  // namespace
}  // namespace callgate
