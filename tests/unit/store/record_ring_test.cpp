// SPDX-License-Identifier: Apache-2.0
#include <callgate/store/record_ring.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <string>

namespace callgate::store {
namespace {

struct head {
  int value = 0;
};

TEST(RecordRing, KeepsTheTextsOfARecord) {
  record_ring<head, 3> ring{4, 100};
  head* h = ring.push_texts({"a", "", "ccc"});
  ASSERT_NE(h, nullptr);
  h->value = 7;
  EXPECT_EQ(ring.newest(), 1);
  EXPECT_EQ(ring.find(1)->value, 7);
  EXPECT_EQ(ring.text(1, 0), "a");
  EXPECT_EQ(ring.text(1, 1), "");
  EXPECT_EQ(ring.text(1, 2), "ccc");
  EXPECT_EQ(ring.find(0), nullptr);
  EXPECT_EQ(ring.find(2), nullptr);
}

TEST(RecordRing, RefusesWhatNeverFitsAndKeepsTheRest) {
  record_ring<head, 1> ring{4, 10};
  ASSERT_NE(ring.push_texts({"0123456789"}), nullptr);
  EXPECT_EQ(ring.push_texts({"0123456789a"}), nullptr);
  EXPECT_EQ(ring.text(1, 0), "0123456789");
}

TEST(RecordRing, CountsOnlyLiveRecordsThatMadeRoom) {
  record_ring<head, 1> ring{2, 100};
  for (int i = 0; i < 2; ++i) ASSERT_NE(ring.push_texts({"x"}), nullptr);
  ring.drop(1);
  EXPECT_EQ(ring.find(1), nullptr);
  ASSERT_NE(ring.push_texts({"x"}), nullptr);
  EXPECT_EQ(ring.evicted(), 0);
  ASSERT_NE(ring.push_texts({"x"}), nullptr);
  EXPECT_EQ(ring.evicted(), 1);
  EXPECT_EQ(ring.oldest(), 3);
}

// Against a slow model: what is found is always what was pushed, and as much stays as a ring can
// hold.
TEST(RecordRing, NeverMixesRecordsUpWhateverTheirSizes) {
  constexpr std::size_t bytes = 97;
  record_ring<head, 2> ring{16, bytes};
  std::deque<std::string> all{""};  // by number
  std::uint32_t random = 1;
  for (int i = 0; i < 20'000; ++i) {
    random = random * 1664525u + 1013904223u;
    const std::size_t size = (random >> 8) % ((random >> 30) == 0 ? 98 : 12);
    const std::string text(size, static_cast<char>('a' + i % 26));
    const std::size_t half = size / 2;
    ASSERT_NE(ring.push_texts(
                  {std::string_view{text}.substr(0, half), std::string_view{text}.substr(half)}),
              nullptr);
    all.push_back(text);
    std::size_t held = 0;
    for (std::int64_t n = ring.oldest(); n <= ring.newest(); ++n) {
      ASSERT_NE(ring.find(n), nullptr);
      const std::string found = std::string{ring.text(n, 0)} + std::string{ring.text(n, 1)};
      ASSERT_EQ(found, all[static_cast<std::size_t>(n)]) << n;
      held += found.size();
    }
    ASSERT_LE(held, bytes);
    ASSERT_EQ(ring.newest(), i + 1);
  }
}

}  // namespace
}  // namespace callgate::store
