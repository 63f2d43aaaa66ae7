// SPDX-License-Identifier: Apache-2.0
// Text as it stands within a JSON string.
#pragma once

#include <callgate/config.hpp>
#include <callgate/json/detail/text_blocks.hpp>
#include <callgate/json/utf8.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace callgate::json {

namespace detail {

inline constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

// \b \f \n \r \t \" \\, or \u00XX for the other control characters.
struct short_escape {
  std::array<char, 7> text{'\\', 'u', '0', '0', '0', '0'};
  unsigned char size = 6;

  constexpr explicit short_escape(char c) noexcept {
    constexpr std::string_view from = "\b\f\n\r\t\"\\", to = "bfnrt\"\\",
                               digits = "0123456789abcdef";
    const std::size_t i = from.find(c);
    const auto byte = static_cast<unsigned char>(c);
    if (i != from.npos)
      text[1] = to[i], size = 2;
    else
      text[4] = digits[byte / 16], text[5] = digits[byte % 16];
  }
};

// By byte, up to the backslash; meaningless for those that need no escape.
inline constexpr auto short_escapes = []<std::size_t... byte>(std::index_sequence<byte...>) {
  return std::array{short_escape{static_cast<char>(byte)}...};
}
(std::make_index_sequence<std::size_t{'\\'} + 1>{});

// Where an escaper stands.
struct escape_place {
  const char* in;
  char* out;
};

// Room that a step of escape_blocks may need: escapes throughout, and what is stored beyond them.
template <class Block>
inline constexpr std::size_t escape_room = 7 * Block::size + 8;

// From the first of n bytes, which begins a sequence: bytes in whole UTF-8 sequences, as far as
// that can be said at once. 0: what comes first is no UTF-8, or needs a closer look.
template <class Block>
constexpr std::size_t whole_sequences(const Block& block, std::size_t n) noexcept {
  const unsigned lead = block.at_least(0xc0), long_lead = block.at_least(0xe0);
  const unsigned tail = block.at_least(0x80) & ~lead, in_90 = block.at_least(0x90),
                 in_a0 = block.at_least(0xa0);
  const unsigned wanted = lead << 1 | long_lead << 2 | block.at_least(0xf0) << 3;
  // Second bytes that the lead excludes (as utf8_next does), and leads that there are not.
  const unsigned excluded =
      ((block.equal(0xe0) << 1) & ~in_a0) | ((block.equal(0xed) << 1) & in_a0) |
      ((block.equal(0xf0) << 1) & ~in_90) | ((block.equal(0xf4) << 1) & in_90) |
      (lead & ~block.at_least(0xc2)) | block.at_least(0xf5);
  const unsigned wrong = ((tail ^ wanted) | excluded) & ((1U << Block::size) - 1);
  if (wrong == 0) {
    const bool is_cut = wanted >> Block::size != 0;
    return is_cut ? static_cast<std::size_t>(std::bit_width(lead)) - 1 : n;
  }
  // Up to the sequence that is wrong, or before the one that a wrong byte interrupts.
  const auto before =
      static_cast<std::size_t>(std::bit_width(~tail & ((1U << std::countr_zero(wrong)) - 1)));
  return before != 0 && (lead >> (before - 1) & 1U) != 0 ? before - 1 : before;
}

// One sequence, or U+FFFD for what is none.
constexpr escape_place copy_sequence(escape_place at, const char* end) noexcept {
  const utf8_step step = utf8_next(at.in, end);
  const std::string_view text = step.valid ? std::string_view{at.in, step.size} : replacement;
  return {at.in + step.size, std::copy(text.begin(), text.end(), at.out)};
}

constexpr escape_place put_escape(escape_place at) noexcept {
  const short_escape& how = short_escapes[static_cast<unsigned char>(*at.in)];
  std::copy(how.text.begin(), how.text.end(), at.out);
  return {at.in + 1, at.out + how.size};
}

// Whole blocks that begin with a sequence, need no escape and have no sequence but the plainest, of
// two bytes and three. Stops at the beginning of a sequence.
template <class Block>
constexpr escape_place copy_plain_sequences(escape_place at, const char* end,
                                            const char* room) noexcept {
  unsigned owed = 0;  // tails, in the next block
  while (end - at.in >= std::ptrdiff_t{Block::size} &&
         room - at.out >= std::ptrdiff_t{Block::size}) {
    const Block block(at.in, Block::size);
    const unsigned above = block.at_least(0x80), lead = block.at_least(0xc0);
    const unsigned wanted = lead << 1 | block.at_least(0xe0) << 2 | owed;
    const unsigned wrong = (above & ~lead) ^ (wanted & ((1U << Block::size) - 1));
    if ((wrong | block.strange() | (block.not_plain() & ~above)) != 0) break;
    block.store(at.out);
    at = {at.in + Block::size, at.out + Block::size};
    owed = wanted >> Block::size;
  }
  if (owed == 0) return at;
  std::ptrdiff_t back = 1;
  while (static_cast<unsigned char>(at.in[-back]) < 0xc0) ++back;
  return {at.in - back, at.out - back};
}

// A block of which `n` bytes count and those of `special` are escaped, at least one.
// Demands: Block::size readable bytes behind the block, and that it is stored already.
template <class Block>
constexpr escape_place put_escapes(escape_place at, std::size_t n, unsigned special) noexcept {
  const char* const block = at.in;
  for (; special != 0; special &= special - 1) {
    const char* const next = block + std::countr_zero(special);
    at = put_escape({next, at.out + (next - at.in)});
    Block(at.in, Block::size).store(at.out);
  }
  return {block + n, at.out + (block + n - at.in)};
}

// Escapes until the text ends, or less than escape_room is left: what it leaves of one is 8 bytes
// at least. Bytes behind the place that it returns are overwritten, too. Never reads beyond `end`.
template <class Block>
CALLGATE_NOINLINE constexpr escape_place escape_blocks(escape_place at, const char* end,
                                                       const char* room) noexcept {
  while (at.in != end && room - at.out >= std::ptrdiff_t{escape_room<Block>}) {
    const auto left = static_cast<std::size_t>(end - at.in);
    std::size_t n = std::min(left, Block::size);
    const Block block(at.in, n);
    block.store(at.out);
    unsigned special = block.not_plain() & ((1U << n) - 1);
    if (const unsigned above = special & block.at_least(0x80); above != 0) {
      if (special == above && block.strange() == 0) {
        const escape_place then = copy_plain_sequences<Block>(at, end, room);
        if (then.in != at.in) {
          at = then;
          continue;
        }
      }
      n = whole_sequences(block, n);
      if (n == 0) {
        at = copy_sequence(at, end);
        continue;
      }
      special &= ~above & ((1U << n) - 1);
    }
    if (special == 0) {
      at = {at.in + n, at.out + n};
    } else if (left >= 2 * Block::size) {
      at = put_escapes<Block>(at, n, special);
    } else {
      const auto before = static_cast<std::size_t>(std::countr_zero(special));
      at = put_escape({at.in + before, at.out + before});
    }
  }
  return at;
}

#if CALLGATE_X86_64
using text_block = sse2_block;
#else
using text_block = word_block;
#endif

inline constexpr std::size_t min_escape_room = escape_room<text_block>;
inline constexpr std::size_t escape_piece_bytes = 512;  // of a text that is handed on in pieces

}  // namespace detail

// Hands `text` to append(std::string_view), escaped, in pieces; no quotes around it. What is not
// UTF-8 becomes U+FFFD.
template <class Append>
constexpr void escape(std::string_view text, Append&& append) {
  char piece[detail::escape_piece_bytes];
  const char* const end = text.data() + text.size();
  detail::escape_place at{text.data(), piece};
  while (at.in != end) {
    at.out = piece;
    at = std::is_constant_evaluated()
             ? detail::escape_blocks<detail::word_block>(at, end, piece + sizeof piece)
             : detail::escape_blocks<detail::text_block>(at, end, piece + sizeof piece);
    append(std::string_view{piece, static_cast<std::size_t>(at.out - piece)});
  }
}

}  // namespace callgate::json
