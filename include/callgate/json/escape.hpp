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
#include <utility>

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

template <std::size_t... byte>
constexpr auto make_short_escapes(std::index_sequence<byte...>) noexcept {
  return std::array{short_escape{static_cast<char>(byte)}...};
}
// By byte, up to the backslash; meaningless for those that need no escape.
inline constexpr auto short_escapes = make_short_escapes(std::make_index_sequence<'\\' + 1>{});

// Where an escaper stands.
struct escape_place {
  const char* in;
  char* out;
};

constexpr unsigned first_bits(std::size_t n) noexcept {
  return (1U << n) - 1;
}

// What an escaper leaves of its room, for what its caller writes behind the text.
inline constexpr std::size_t escape_margin = 8;

// Room that a step of escape_blocks may need: escapes throughout, and what is stored beyond them.
template <class Block>
inline constexpr std::size_t escape_room = 7 * Block::size + escape_margin;

// Where there is a second byte that its lead excludes (as utf8_next does), or a lead that there is
// not.
template <class Block>
constexpr unsigned excluded_bytes(const Block& block) noexcept {
  const unsigned in_90 = block.at_least(0x90), in_a0 = block.at_least(0xa0);
  const unsigned none = block.equal(0xc0) | block.equal(0xc1) | block.at_least(0xf5);
  return ((block.equal(0xe0) << 1) & ~in_a0) | ((block.equal(0xed) << 1) & in_a0) |
         ((block.equal(0xf0) << 1) & ~in_90) | ((block.equal(0xf4) << 1) & in_90) | none;
}

// From the first of n bytes, which begins a sequence: bytes in whole UTF-8 sequences, as far as
// that can be said at once. 0: what comes first is no UTF-8, or needs a closer look.
template <class Block>
constexpr std::size_t whole_sequences(const Block& block, std::size_t n) noexcept {
  const unsigned lead = block.at_least(0xc0), tail = block.at_least(0x80) & ~lead;
  const unsigned wanted = lead << 1 | block.at_least(0xe0) << 2 | block.at_least(0xf0) << 3;
  const unsigned excluded = block.strange() == 0 ? 0 : excluded_bytes(block);
  const unsigned wrong = ((tail ^ wanted) | excluded) & first_bits(Block::size);
  if (wrong == 0) {
    const bool is_cut = wanted >> Block::size != 0;
    return is_cut ? static_cast<std::size_t>(std::bit_width(lead)) - 1 : n;
  }
  // Up to the sequence that is wrong, or before the one that a wrong byte interrupts.
  const auto at = static_cast<std::size_t>(std::countr_zero(wrong));
  const auto before = static_cast<std::size_t>(std::bit_width(~tail & first_bits(at)));
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
  constexpr std::ptrdiff_t size = Block::size, least_room = size + escape_margin;
  while (end - at.in >= size && room - at.out >= least_room) {
    const Block block(at.in, Block::size);
    const unsigned above = block.at_least(0x80), lead = block.at_least(0xc0);
    const unsigned wanted = lead << 1 | block.at_least(0xe0) << 2 | owed;
    const unsigned wrong = (above & ~lead) ^ (wanted & first_bits(Block::size));
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

// The first n bytes of a block that is stored already, those of `special` escaped: one at least.
// Near the end of the text only up to the first, so that nothing is read beyond it.
template <class Block>
constexpr escape_place put_escapes(escape_place at, const char* end, std::size_t n,
                                   unsigned special) noexcept {
  const char* const block = at.in;
  const auto escape_first = [&] {
    const char* const next = block + std::countr_zero(special);
    return put_escape({next, at.out + (next - at.in)});
  };
  if (end - block < std::ptrdiff_t{2 * Block::size}) return escape_first();
  for (; special != 0; special &= special - 1) {
    at = escape_first();
    Block(at.in, Block::size).store(at.out);
  }
  return {block + n, at.out + (block + n - at.in)};
}

// A block that is stored already, with bytes that are not ASCII.
template <class Block>
constexpr escape_place beyond_ascii(const Block& block, escape_place at, const char* end,
                                    const char* room, unsigned not_plain) noexcept {
  const unsigned above = block.at_least(0x80);
  if ((not_plain & ~above) == 0 && block.strange() == 0) {
    const escape_place then = copy_plain_sequences<Block>(at, end, room);
    if (then.in != at.in) return then;
  }
  const auto left = static_cast<std::size_t>(end - at.in);
  const std::size_t n = whole_sequences(block, std::min(left, Block::size));
  if (n == 0) return copy_sequence(at, end);
  const unsigned special = not_plain & ~above & first_bits(n);
  return special == 0 ? escape_place{at.in + n, at.out + n}
                      : put_escapes<Block>(at, end, n, special);
}

// Escapes until the text ends, or less than escape_room is left; of that it leaves escape_margin.
// Bytes behind the place that it returns are overwritten, too. Never reads beyond `end`.
template <class Block>
CALLGATE_NOINLINE constexpr escape_place escape_blocks(escape_place at, const char* end,
                                                       const char* room) noexcept {
  while (at.in != end && room - at.out >= std::ptrdiff_t{escape_room<Block>}) {
    const std::size_t n = std::min(static_cast<std::size_t>(end - at.in), Block::size);
    const Block block(at.in, n);
    block.store(at.out);
    const unsigned not_plain = block.not_plain() & first_bits(n);
    if (not_plain == 0)
      at = {at.in + n, at.out + n};
    else if ((not_plain & block.at_least(0x80)) == 0)
      at = put_escapes<Block>(at, end, n, not_plain);
    else
      at = beyond_ascii(block, at, end, room, not_plain);
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
