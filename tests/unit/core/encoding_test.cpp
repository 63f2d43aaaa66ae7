// SPDX-License-Identifier: Apache-2.0
// Hexadecimal and base64: the vectors of RFC 4648, everything malformed, and random round trips.
#include <callgate/core/encoding.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {
namespace {

using bytes = std::vector<std::uint8_t>;

constexpr std::size_t plenty = 64;

std::optional<std::string> from_hex(std::string_view text, std::size_t room = plenty) {
  bytes out(room);
  const auto size = decode_hex(text, out);
  if (!size) return std::nullopt;
  return std::string(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(*size));
}

std::optional<std::string> from_base64(std::string_view text, std::size_t room = plenty) {
  bytes out(room);
  const auto size = decode_base64(text, out);
  if (!size) return std::nullopt;
  return std::string(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(*size));
}

bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

std::string to_hex(const bytes& in) {
  std::string out(2 * in.size(), '?');
  return std::string(encode_hex(in, out));
}

std::string to_base64(const bytes& in) {
  std::string out((in.size() + 2) / 3 * 4, '?');
  return std::string(encode_base64(in, out));
}

struct vector_of_rfc_4648 {
  std::string_view plain, hex, base64;
};

// Source: RFC 4648, section 10.
constexpr std::array<vector_of_rfc_4648, 6> vectors{{{"f", "66", "Zg=="},
                                                     {"fo", "666f", "Zm8="},
                                                     {"foo", "666f6f", "Zm9v"},
                                                     {"foob", "666f6f62", "Zm9vYg=="},
                                                     {"fooba", "666f6f6261", "Zm9vYmE="},
                                                     {"foobar", "666f6f626172", "Zm9vYmFy"}}};

TEST(Encoding, AgreesWithTheVectorsOfRfc4648) {
  for (const auto& v : vectors) {
    EXPECT_EQ(to_hex(bytes_of(v.plain)), v.hex);
    EXPECT_EQ(from_hex(v.hex), v.plain);
    EXPECT_EQ(to_base64(bytes_of(v.plain)), v.base64);
    EXPECT_EQ(from_base64(v.base64), v.plain);
  }
}

TEST(Encoding, WorksWhileCompiling) {
  static constexpr auto decoded = [] {
    std::array<std::uint8_t, 2> out{};
    return decode_hex("beef", out) == 2U && out[0] == 0xbe && out[1] == 0xef;
  }();
  static_assert(decoded);
}

TEST(Hex, TakesDigitsOfEitherCase) {
  EXPECT_EQ(from_hex("4A4b"), "JK");
  EXPECT_EQ(from_hex("4a4B"), "JK");
}

TEST(Hex, TakesNoOtherByte) {
  for (int c = 0; c < 256; ++c) {
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    const char byte = static_cast<char>(c);
    EXPECT_EQ(from_hex(std::string{byte, '0'}).has_value(), digit) << c;
    EXPECT_EQ(from_hex(std::string{'0', byte}).has_value(), digit) << c;
  }
}

// Long texts are decoded in blocks, short ones and ends by the digit.
TEST(Hex, TakesNoOtherByteWhereverItStands) {
  for (const std::size_t size : {16u, 34u, 64u})
    for (std::size_t at = 0; at < size; ++at)
      for (int c = 0; c < 256; ++c) {
        const bool digit =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        std::string text(size, '7');
        text[at] = static_cast<char>(c);
        const auto got = from_hex(text);
        ASSERT_EQ(got.has_value(), digit) << c << " at " << at << " of " << size;
        if (!digit) continue;
        std::string expected(size / 2, 'w');
        const int value = std::stoi(std::string(1, static_cast<char>(c)), nullptr, 16);
        expected[at / 2] = static_cast<char>(at % 2 == 0 ? value * 16 + 7 : 7 * 16 + value);
        ASSERT_EQ(*got, expected) << c << " at " << at << " of " << size;
      }
}

TEST(Hex, WritesNothingBeyondTheBytesThatTheTextHas) {
  bytes out(40, 0xee);
  ASSERT_EQ(decode_hex(std::string(48, '1'), out), 24u);
  EXPECT_EQ(out[23], 0x11);
  EXPECT_EQ(out[24], 0xee);
}

TEST(Hex, RefusesOddLengthsAndWhatDoesNotFit) {
  EXPECT_EQ(from_hex("1"), std::nullopt);
  EXPECT_EQ(from_hex("123"), std::nullopt);
  EXPECT_EQ(from_hex("1234", 1), std::nullopt);
  EXPECT_TRUE(from_hex("1234", 2));
  EXPECT_EQ(from_hex("", 0), "");
}

TEST(Base64, TakesNoByteOutsideItsAlphabet) {
  std::size_t taken = 0;
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    taken += from_base64(std::string{byte, 'A', 'A', 'A'}) ? 1U : 0U;
  }
  EXPECT_EQ(taken, 64U);
  EXPECT_EQ(from_base64("-_AA"), std::nullopt) << "the alphabet for URLs is another encoding";
}

TEST(Base64, TakesNoOtherByteWhereverItStands) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t at = 0; at < 11; ++at)
    for (int c = 0; c < 256; ++c) {
      std::string text = "Zm9vYmFyZm8=";
      text[at] = static_cast<char>(c);
      const std::size_t value = alphabet.find(static_cast<char>(c));
      // The last digit before the padding has two bits that must be zero.
      const bool right = value != std::string_view::npos && (at != 10 || value % 4 == 0);
      ASSERT_EQ(from_base64(text).has_value(), right) << c << " at " << at;
    }
}

TEST(Base64, DemandsPaddingAtTheEndOnly) {
  for (const char* text : {"", "A", "AA", "AAA", "Zg", "Zg=", "Zg===", "=", "==", "====", "A===",
                           "Z=g=", "=Zg=", "Zg==Zg==", "Zm9vYg==\n", " Zg==", "Zm9v\r\n"})
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
}

// Two texts for the same bytes would let a sender vary what must be unique.
TEST(Base64, RefusesUnusedBitsThatAreNotZero) {
  for (const char* text : {"Zh==", "Zv==", "Zm9=", "Zm8/"})
    EXPECT_TRUE(from_base64(text) == std::nullopt || from_base64(text)->size() == 3) << text;
  EXPECT_EQ(from_base64("Zh=="), std::nullopt);
  EXPECT_EQ(from_base64("Zm9="), std::nullopt);
}

TEST(Base64, RefusesWhatDoesNotFit) {
  EXPECT_EQ(from_base64("Zm9v", 2), std::nullopt);
  EXPECT_EQ(from_base64("Zm9v", 3), "foo");
  EXPECT_EQ(from_base64("Zg==", 0), std::nullopt);
  EXPECT_EQ(from_base64("Zg==", 1), "f");
}

TEST(Encoding, BringsRandomBytesBack) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    bytes in(random() % 48);
    for (auto& b : in) b = static_cast<std::uint8_t>(random());
    const std::string plain(in.begin(), in.end());
    EXPECT_EQ(from_hex(to_hex(in)), plain);
    if (!in.empty()) {
      EXPECT_EQ(from_base64(to_base64(in)), plain);
    }
  }
}

}  // namespace
}  // namespace callgate
