// SPDX-License-Identifier: Apache-2.0
// Classes of bytes that HTTP's grammar is made of, independent of any locale.
#pragma once

#include <callgate/http/detail/block.hpp>
#include <callgate/http/detail/control_scan.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace callgate::http::detail {

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

[[nodiscard]] constexpr bool is_alpha(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Demands: value is 0 to 9.
[[nodiscard]] constexpr char digit(unsigned value) noexcept {
  return static_cast<char>('0' + value);
}

// HTAB is the one control byte that fields may have.
[[nodiscard]] constexpr bool is_control(char c) noexcept {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

[[nodiscard]] constexpr bool is_visible(char c) noexcept {
  return c > 0x20 && c < 0x7f;
}

[[nodiscard]] constexpr bool is_space(char c) noexcept {
  return c == ' ' || c == '\t';
}

// -1 for anything but a hexadecimal digit.
[[nodiscard]] constexpr int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

[[nodiscard]] constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Equal to a constant: its size is known, so nothing is called.
template <std::size_t Bytes>
[[nodiscard]] constexpr bool is_text(std::string_view text,
                                     const char (&constant)[Bytes]) noexcept {
  return text.size() == Bytes - 1 &&
         std::char_traits<char>::compare(text.data(), constant, Bytes - 1) == 0;
}

// The bytes of an integer, at any address.
template <class Word>
[[nodiscard]] inline Word word_at(const char* at) noexcept {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// The case of letters is the bit 0x20; in other bytes it makes a difference.
[[nodiscard]] constexpr bool words_equal_ignoring_case(std::uint64_t a, std::uint64_t b) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101u;
  const std::uint64_t difference = a ^ b;
  if (difference == 0) return true;
  if ((difference & ~(ones * 0x20)) != 0) return false;
  const std::uint64_t lower = (a | ones * 0x20) & (ones * 0x7f);
  const std::uint64_t letters =
      (lower + ones * (0x80 - 'a')) & ~(lower + ones * (0x7f - 'z')) & ~a & (ones * 0x80);
  return (difference << 2 & ~letters) == 0;
}

// Words overlap at the end, so that none of eight bytes and more is looked at byte by byte.
[[nodiscard]] inline bool long_starts_ignoring_case(const char* text,
                                                    std::string_view begin) noexcept {
  const std::size_t last = begin.size() - 8;
  for (std::size_t i = 0; i < last; i += 8)
    if (!words_equal_ignoring_case(word_at<std::uint64_t>(text + i),
                                   word_at<std::uint64_t>(begin.data() + i)))
      return false;
  return words_equal_ignoring_case(word_at<std::uint64_t>(text + last),
                                   word_at<std::uint64_t>(begin.data() + last));
}

[[nodiscard]] constexpr bool starts_ignoring_case(std::string_view text,
                                                  std::string_view begin) noexcept {
  if (text.size() < begin.size()) return false;
  if (!std::is_constant_evaluated() && begin.size() >= 8)
    return long_starts_ignoring_case(text.data(), begin);
  for (std::size_t i = 0; i < begin.size(); ++i)
    if (to_lower(text[i]) != to_lower(begin[i])) return false;
  return true;
}

[[nodiscard]] constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && starts_ignoring_case(a, b);
}

// Two words, which overlap if Size is no power of two: no loop, as Size is known when compiling.
template <class Word, std::size_t Size>
[[nodiscard]] inline bool ends_equal_lower_case(const char* text, const char* constant) noexcept {
  constexpr Word bit = static_cast<Word>(0x2020202020202020u);
  constexpr std::size_t last = Size - sizeof(Word);
  const Word begins = (word_at<Word>(text) | bit) ^ word_at<Word>(constant);
  const Word ends = (word_at<Word>(text + last) | bit) ^ word_at<Word>(constant + last);
  return (begins | ends) == 0;
}

// The same with a constant of lower-case letters, digits and '-': all of these have the bit 0x20,
// and what becomes one of them by it is a letter or a control byte, of which `text` has none.
template <std::size_t Bytes>
[[nodiscard]] constexpr bool equals_lower_case(std::string_view text,
                                               const char (&constant)[Bytes]) noexcept {
  constexpr std::size_t size = Bytes - 1;
  if (text.size() != size) return false;
  if (!std::is_constant_evaluated()) {
    if constexpr (size >= 4 && size < 8)
      return ends_equal_lower_case<std::uint32_t, size>(text.data(), constant);
    if constexpr (size >= 8 && size <= 16)
      return ends_equal_lower_case<std::uint64_t, size>(text.data(), constant);
  }
  for (std::size_t i = 0; i < size; ++i)
    if ((text[i] | 0x20) != constant[i]) return false;
  return true;
}

// What a byte may be part of.
enum byte_class : std::uint8_t { in_token = 1, in_target = 2, in_host_name = 4 };

[[nodiscard]] constexpr std::uint8_t classes_of(char c) noexcept {
  constexpr std::string_view token = "!#$%&'*+-.^_`|~";  // RFC 9110 5.6.2, tchar
  constexpr std::string_view no_target = "#\"<>\\";
  constexpr std::string_view host_name = "-._~";
  const bool is_alphanumeric = is_digit(c) || is_alpha(c);
  const auto has = [c](std::string_view set) { return set.find(c) != std::string_view::npos; };
  unsigned classes = 0;
  if (is_alphanumeric || has(token)) classes |= in_token;
  if (is_visible(c) && !has(no_target)) classes |= in_target;
  if (is_alphanumeric || has(host_name)) classes |= in_host_name;
  return static_cast<std::uint8_t>(classes);
}

inline constexpr std::array<std::uint8_t, 256> byte_classes = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t i = 0; i < 128; ++i) table[i] = classes_of(static_cast<char>(i));
  return table;
}();

[[nodiscard]] constexpr bool is_in(char c, byte_class which) noexcept {
  return (byte_classes[static_cast<unsigned char>(c)] & which) != 0;
}

[[nodiscard]] constexpr bool is_token_byte(char c) noexcept {
  return is_in(c, in_token);
}

// How many bytes of a class `text` has in front of the first one that is not of it.
[[nodiscard]] constexpr std::size_t leading(std::string_view text, byte_class which,
                                            std::size_t from = 0) noexcept {
  while (from < text.size() && is_in(text[from], which)) ++from;
  return from;
}

[[nodiscard]] constexpr bool is_token(std::string_view text) noexcept {
  return !text.empty() && leading(text, in_token) == text.size();
}

// The same of tokens, block by block: the names of fields are letters and dashes almost all.
[[nodiscard]] inline std::size_t leading_long_token(std::string_view text) noexcept {
  std::size_t n = 0;
  while (text.size() - n >= block::size) {
    const block::positions others = block(text.data() + n).but_letters_and_dashes();
    if (others != 0) return leading(text, in_token, n + block::first(others));
    n += block::size;
  }
  return leading(text, in_token, n);
}

// Most names end in the first block.
[[gnu::always_inline, nodiscard]] inline std::size_t leading_token(std::string_view text) noexcept {
  if (text.size() < block::size) return leading(text, in_token);
  const block::positions others = block(text.data()).but_letters_and_dashes();
  return others == 0 ? leading_long_token(text) : leading(text, in_token, block::first(others));
}

// How many bytes of a target `text` has in front of the first '%' or other byte.
[[nodiscard]] inline std::size_t leading_plain_target(std::string_view text) noexcept {
  std::size_t n = 0;
  while (text.size() - n >= block::size) {
    const block::positions others = block(text.data() + n).but_plain_in_targets();
    if (others != 0) return n + block::first(others);
    n += block::size;
  }
  while (n < text.size() && is_in(text[n], in_target) && text[n] != '%') ++n;
  return n;
}

// Without optional white space at both ends. Demands: no control byte but HTAB.
[[nodiscard]] constexpr std::string_view trim(std::string_view text) noexcept {
  const auto is_white = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  std::size_t begin = 0, end = text.size();
  while (begin < end && is_white(text[begin])) ++begin;
  while (begin < end && is_white(text[end - 1])) --end;
  return {text.data() + begin, end - begin};
}

// Takes the next element off a comma-separated list, trimmed; empty elements are for the caller.
[[nodiscard]] constexpr std::string_view next_element(std::string_view& list) noexcept {
  const std::size_t comma = list.find(',');
  const std::string_view element = trim(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  return element;
}

// Position of the first control byte, or text.size().
[[nodiscard]] inline std::size_t find_control(std::string_view text) noexcept {
  control_scan controls(text);
  std::size_t at = controls.next();
  while (at < text.size() && text[at] == '\t') at = controls.next();
  return at;
}

}  // namespace callgate::http::detail
