// SPDX-License-Identifier: Apache-2.0
// Two digests at once are what each of them is alone.
#include <callgate/auth/sha256_pair.hpp>

#include <callgate/auth/digest_openssl.hpp>

#include <gtest/gtest.h>

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace callgate::auth {
namespace {

std::string noise(std::size_t bytes) {
  static std::mt19937 random{7};
  std::string out(bytes, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

// Behind one block of its own, both ways.
class message {
 public:
  explicit message(std::size_t bytes) : block_(noise(64)), rest_(noise(bytes)) {}

  [[nodiscard]] sha256_rest rest() const { return {sha256{}.update(block_).state(), rest_}; }
  [[nodiscard]] sha256_digest expected() const {
    return sha256{}.update(block_).update(rest_).finish();
  }

 private:
  std::string block_, rest_;
};

class Sha256Pair : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!sha256_pair::is_supported()) GTEST_SKIP() << "this processor has no SHA instructions";
  }

  static void expect_both(std::size_t first, std::size_t second) {
    const message a(first), b(second);
    const auto found = sha256_pair::finish(a.rest(), b.rest());
    EXPECT_EQ(found[0], a.expected()) << first << " bytes beside " << second;
    EXPECT_EQ(found[1], b.expected()) << second << " bytes behind " << first;
  }
};

TEST_F(Sha256Pair, IsRightForAllLengthsAroundABlock) {
  for (std::size_t first = 0; first <= 200; ++first)
    for (const std::size_t second : {0, 1, 54, 55, 56, 63, 64, 65, 118, 119, 120, 127, 128, 129})
      expect_both(first, second);
}

TEST_F(Sha256Pair, IsRightForLongMessagesBesideShortOnes) {
  for (const std::size_t first : {0, 100, 1'344, 5'500, 300'000, 4'200'000})
    for (const std::size_t second : {0, 100, 1'300, 5'504, 300'001}) expect_both(first, second);
}

TEST_F(Sha256Pair, TakesOneMessageTwice) {
  const message a(777);
  const auto found = sha256_pair::finish(a.rest(), a.rest());
  EXPECT_EQ(found[0], a.expected());
  EXPECT_EQ(found[1], a.expected());
}

// Of more bits than 32 bits count. Its pages are not there: only the end is read.
TEST(Sha256Tail, HasTheWholeLength) {
  constexpr std::size_t bytes = std::size_t{1} << 29;
  void* const room =
      mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(room, MAP_FAILED);
  const detail::sha256_tail tail({static_cast<const char*>(room), bytes});
  ASSERT_EQ(tail.blocks(), 1U);
  EXPECT_EQ(tail.data()[0], 0x80);
  const std::array<std::uint8_t, 8> length{0, 0, 0, 1, 0, 0, 2, 0};  // 8 * (64 + 2^29)
  EXPECT_TRUE(std::equal(length.begin(), length.end(), tail.data() + 56));
  munmap(room, bytes);
}

}  // namespace
}  // namespace callgate::auth
