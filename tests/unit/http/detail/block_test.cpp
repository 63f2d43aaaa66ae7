// SPDX-License-Identifier: Apache-2.0
// Tests of blocks of bytes: each byte at each position, among others of every kind.
#include <callgate/http/detail/block.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <cstddef>
#include <string>

namespace detail = callgate::http::detail;

namespace {

template <class Block>
class HttpBlock : public testing::Test {};

#if CALLGATE_X86_64
using blocks = testing::Types<detail::word_block, detail::sse2_block>;
#else
using blocks = testing::Types<detail::word_block>;
#endif
TYPED_TEST_SUITE(HttpBlock, blocks);

bool is_control(int byte) {
  return byte < 0x20 || byte == 0x7f;
}

bool is_other(int byte) {
  return byte >= 0x80 || (std::isalpha(byte) == 0 && byte != '-');
}

// A block of `around` with one other byte: what first() says of a set, or size for an empty one.
template <class Block, class Positions>
std::size_t first_with(char around, std::size_t at, int byte, Positions positions) {
  std::array<char, Block::size> bytes;
  bytes.fill(around);
  bytes[at] = static_cast<char>(byte);
  const auto found = positions(Block(bytes.data()));
  return found == 0 ? Block::size : Block::first(found);
}

}  // namespace

TYPED_TEST(HttpBlock, FindsControlBytesWhateverIsAround) {
  for (const char around : {' ', '\x7e', '\x80', '\xff'})
    for (int byte = 0; byte < 256; ++byte)
      for (std::size_t at = 0; at < TypeParam::size; ++at)
        ASSERT_EQ(first_with<TypeParam>(around, at, byte, [](auto b) { return b.controls(); }),
                  is_control(byte) ? at : TypeParam::size)
            << byte << " at " << at;
}

TYPED_TEST(HttpBlock, FindsWhatIsNeitherALetterNorADash) {
  for (const char around : {'a', 'Z', '-', 'A', 'z'})
    for (int byte = 0; byte < 256; ++byte)
      for (std::size_t at = 0; at < TypeParam::size; ++at)
        ASSERT_EQ(first_with<TypeParam>(around, at, byte,
                                        [](auto b) { return b.but_letters_and_dashes(); }),
                  is_other(byte) ? at : TypeParam::size)
            << byte << " at " << at;
}

TYPED_TEST(HttpBlock, FindsWhatIsNotOfATargetOrAPercentSign) {
  const std::string others = "\"#%<>\\";
  for (const char around : {'a', '!', '~', '/', '$', '&'})
    for (int byte = 0; byte < 256; ++byte)
      for (std::size_t at = 0; at < TypeParam::size; ++at)
        ASSERT_EQ(
            first_with<TypeParam>(around, at, byte,
                                  [](auto b) { return b.but_plain_in_targets(); }),
            byte <= 0x20 || byte >= 0x7f || others.find(static_cast<char>(byte)) != others.npos
                ? at
                : TypeParam::size)
            << byte << " at " << at;
}

TYPED_TEST(HttpBlock, TakesTheFirstOfASetAway) {
  for (std::size_t i = 0; i < TypeParam::size; ++i)
    for (std::size_t j = i + 1; j < TypeParam::size; ++j) {
      std::array<char, TypeParam::size> bytes;
      bytes.fill('a');
      bytes[i] = bytes[j] = '\r';
      const auto rest = TypeParam::without_first(TypeParam(bytes.data()).controls());
      ASSERT_EQ(TypeParam::first(rest), j);
      ASSERT_EQ(TypeParam::without_first(rest), 0u);
    }
}

TYPED_TEST(HttpBlock, FindsTheFirstOfMany) {
  for (const char around : {'\n', '\x7f', '\0'})
    for (std::size_t at = 0; at < TypeParam::size; ++at) {
      std::array<char, TypeParam::size> bytes;
      bytes.fill('a');
      for (std::size_t i = at; i < bytes.size(); ++i) bytes[i] = around;
      const TypeParam block(bytes.data());
      ASSERT_EQ(TypeParam::first(block.controls()), at);
      ASSERT_EQ(TypeParam::first(block.but_letters_and_dashes()), at);
    }
}
