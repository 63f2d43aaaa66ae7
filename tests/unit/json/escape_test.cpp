// SPDX-License-Identifier: Apache-2.0
// Text for JSON strings: by every kind of block, against a walk from byte to byte.
#include <callgate/json/escape.hpp>
#include <callgate/json/string.hpp>

#include "tests/support/exact_copy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <string_view>

namespace callgate::json {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  escape(text, [&out](std::string_view piece) { out += piece; });
  return out;
}

// The slow way.
std::string escaped_byte(char c) {
  constexpr std::string_view from = "\b\f\n\r\t\"\\", to = "bfnrt\"\\";
  if (const std::size_t i = from.find(c); i != from.npos) return {'\\', to[i]};
  const unsigned byte = static_cast<unsigned char>(c);
  if (byte >= 0x20) return byte < 0x80 ? std::string{c} : std::string{"\xef\xbf\xbd"};
  char text[8];
  std::snprintf(text, sizeof text, "\\u%04x", byte);
  return text;
}
std::string escaped_slowly(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const utf8_step step = utf8_next(text.data(), text.data() + text.size());
    if (step.valid && step.size > 1)
      out += text.substr(0, step.size);
    else
      out += escaped_byte(text.front());
    text.remove_prefix(step.size);
  }
  return out;
}

template <class Block>
struct EscapeBlocks : testing::Test {
  // Into a room that is hardly large enough for a step, again and again.
  static std::string in_rooms_of(std::size_t size, std::string_view text) {
    const std::unique_ptr<char[]> room{new char[size]};
    std::string out;
    detail::escape_place at{text.data(), room.get()};
    while (at.in != text.data() + text.size()) {
      at.out = room.get();
      at = detail::escape_blocks<Block>(at, text.data() + text.size(), room.get() + size);
      EXPECT_GE(room.get() + size - at.out, std::ptrdiff_t{detail::escape_margin});
      out.append(room.get(), at.out);
    }
    return out;
  }
  static std::string_view at_once(std::string_view text, std::array<char, 8192>& room) {
    const auto done = detail::escape_blocks<Block>({text.data(), room.data()},
                                                   text.data() + text.size(), room.end());
    EXPECT_EQ(done.in, text.data() + text.size());
    return {room.data(), done.out};
  }
  static void compare(std::string_view text) {
    const test::exact_copy copy{text};
    const std::string want = escaped_slowly(text);
    std::array<char, 8192> room;
    ASSERT_EQ(at_once(copy.view(), room), want) << "in: " << testing::PrintToString(text);
    const std::size_t more = text.size() % (Block::size + 1);
    ASSERT_EQ(in_rooms_of(detail::escape_room<Block> + more, copy.view()), want)
        << "in: " << testing::PrintToString(text);
  }
};

using blocks = testing::Types<detail::word_block, detail::text_block>;
TYPED_TEST_SUITE(EscapeBlocks, blocks);

TYPED_TEST(EscapeBlocks, TreatEveryByteAtEveryPlaceAsAWalkFromByteToByteDoes) {
  std::array<std::string, 256> one;
  for (std::size_t byte = 0; byte < 256; ++byte) one[byte] = escaped_byte(static_cast<char>(byte));
  const std::string rest(80, 'a');
  std::array<char, 8192> room;
  for (std::size_t length = 1; length <= 80; ++length) {
    const std::unique_ptr<char[]> text{new char[length]};
    std::fill_n(text.get(), length, 'a');
    for (std::size_t at = 0; at < length && at <= 70; ++at) {
      for (std::size_t byte = 0; byte < 256; ++byte) {
        text[at] = static_cast<char>(byte);
        const std::string_view got = this->at_once({text.get(), length}, room);
        const bool same =
            got.size() == length - 1 + one[byte].size() &&
            got.substr(0, at) == std::string_view{rest}.substr(0, at) &&
            got.substr(at, one[byte].size()) == one[byte] &&
            got.substr(at + one[byte].size()) == std::string_view{rest}.substr(0, length - at - 1);
        if (!same) FAIL() << "byte " << byte << " at " << at << " of " << length << ": " << got;
      }
      text[at] = 'a';
    }
  }
}

// Every lead with second bytes at the borders, where blocks begin and end, and cut off.
TYPED_TEST(EscapeBlocks, JudgeSequencesAcrossTheBordersOfBlocks) {
  constexpr std::string_view seconds = "\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xff\"\n";
  for (std::size_t before = 0; before <= 17; ++before)
    for (unsigned lead = 0x80; lead < 0x100; ++lead)
      for (const char second : seconds)
        for (std::size_t tails = 0; tails <= 2; ++tails) {
          std::string text(before, 'a');
          text += {static_cast<char>(lead), second};
          text.append(tails, '\x80');
          ASSERT_NO_FATAL_FAILURE(this->compare(text));
        }
}

TYPED_TEST(EscapeBlocks, KeepSequencesWholeWhereverTextsBeginAndEnd) {
  for (const std::string_view one :
       {"\xd0\x96", "\xe6\xb1\x89", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xf0\x9f\x8e\xb5",
        "\xf4\x8f\xbf\xbf", "\xd0\x96 ", "a\xe2\x82\xac"}) {
    std::string text;
    for (int i = 0; i < 64; ++i) text += one;
    for (std::size_t begin = 0; begin < 5; ++begin)
      for (std::size_t size = 0; size <= text.size() - begin; ++size)
        ASSERT_NO_FATAL_FAILURE(this->compare(std::string_view{text}.substr(begin, size)));
  }
}

TYPED_TEST(EscapeBlocks, TreatDamagedTextsAsAWalkFromByteToByteDoes) {
  constexpr std::array<std::string_view, 18> pieces{"a",
                                                    "word ",
                                                    "\xd0\x96",
                                                    "\xd0\xb8",
                                                    "\xe2\x82\xac",
                                                    "\xf0\x9f\x8e\xb5",
                                                    "\"",
                                                    "\n",
                                                    "\x01",
                                                    "\\",
                                                    "\x80",
                                                    "\xed\xa0\x80",
                                                    "\xe0\x80",
                                                    "\xf4\x90",
                                                    "\xff",
                                                    "\xf4\x8f\xbf\xbf",
                                                    "\xf0\x90\x80\x80",
                                                    "a longer run of plain text "};
  std::mt19937 random{7};
  for (int i = 0; i < 6000; ++i) {
    std::string text;
    const std::size_t kinds = 1 + random() % pieces.size();
    for (auto n = random() % 40; n > 0; --n) text += pieces[random() % kinds];
    if (!text.empty() && i % 2 == 0) text[random() % text.size()] = static_cast<char>(random());
    ASSERT_NO_FATAL_FAILURE(this->compare(text));
  }
}

TEST(Escape, UsesTheShortFormsAndHexForOtherControls) {
  EXPECT_EQ(escaped("\"\\/\b\f\n\r\t"), R"(\"\\/\b\f\n\r\t)");
  EXPECT_EQ(escaped(std::string_view{"\0\x01\x1f\x7f", 4}), "\\u0000\\u0001\\u001f\x7f");
}

TEST(Escape, LeavesUtf8AsItIs) {
  EXPECT_EQ(escaped("a\xc3\xa9\xf0\x9f\x8e\xb5"), "a\xc3\xa9\xf0\x9f\x8e\xb5");
}

TEST(Escape, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(escaped("a\xff"
                    "b"),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(escaped("\xf0\x9f\x8e"), "\xef\xbf\xbd");
  EXPECT_EQ(escaped("\xe2\x82\""), "\xef\xbf\xbd\\\"");
  EXPECT_EQ(escaped("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(Escape, HandsALongTextOnInPieces) {
  for (const std::size_t size : {500U, 511U, 512U, 513U, 1024U, 5000U}) {
    for (const char c : {'a', '\x01'}) {
      std::size_t pieces = 0;
      std::string out;
      escape(std::string(size, c), [&](std::string_view piece) { ++pieces, out += piece; });
      EXPECT_EQ(out, escaped_slowly(std::string(size, c)));
      EXPECT_LE(pieces, out.size() / 256 + 1) << "a piece for little";
    }
  }
  escape("", [](std::string_view) { ADD_FAILURE() << "a piece of nothing"; });
}

constexpr bool works_while_compiling() {
  constexpr std::string_view text = "plain text, \xd0\x96, \x01 and \xff",
                             want = "plain text, \xd0\x96, \\u0001 and \xef\xbf\xbd";
  std::size_t at = 0;
  bool same = true;
  escape(text, [&](std::string_view piece) {
    same = same && piece == want.substr(at, piece.size());
    at += piece.size();
  });
  return same && at == want.size();
}
static_assert(works_while_compiling());

TEST(Escape, IsUndoneByUnescape) {
  std::string all;
  for (char c = 0; c < 0x7f; ++c) all += c;
  const std::string text = '"' + escaped(all) + '"';
  cursor in{text};
  string_token token;
  ASSERT_TRUE(scan_string(in, token));
  std::string back(token.text.size(), '?');
  back.resize(unescape(token, back.data()));
  EXPECT_EQ(back, all);
}

}  // namespace
}  // namespace callgate::json
