// SPDX-License-Identifier: Apache-2.0
// Names as numbers of 64 bits, by which tables of keys and of enums find them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace callgate::json::detail {

// The eight bytes from `at` on, the first the lowest.
[[nodiscard]] constexpr std::uint64_t word_at(const char* at) noexcept {
  std::uint64_t word = 0;
  if (std::is_constant_evaluated() || std::endian::native != std::endian::little) {
    for (int i = 7; i >= 0; --i) word = word << 8 | static_cast<unsigned char>(at[i]);
    return word;
  }
  std::memcpy(&word, at, sizeof word);
  return word;
}

// The first and the last eight bytes of a name, mixed. Demands: eight bytes may be read.
[[nodiscard]] constexpr std::uint64_t mix_name(const char* at, std::size_t size) noexcept {
  constexpr std::uint64_t odd = 0x9e37'79b9'7f4a'7c15U;
  const std::uint64_t head = word_at(at);
  if (size >= 8) return head ^ word_at(at + size - 8) * odd ^ size << 3;
  return (head & ((std::uint64_t{1} << (8 * size)) - 1)) ^ size << 3;
}

// The same for a name of which nothing more may be read.
[[nodiscard]] constexpr std::uint64_t mix_padded_name(std::string_view name) noexcept {
  if (name.size() >= 8) return mix_name(name.data(), name.size());
  char padded[8] = {};
  for (std::size_t i = 0; i < name.size(); ++i) padded[i] = name[i];
  return mix_name(padded, name.size());
}

// A name's first eight bytes and its last eight, or all of fewer; names of up to 16 bytes are the
// same if these are.
struct name_ends {
  std::uint64_t head = 0, tail = 0;
  std::size_t size = 0;

  [[nodiscard]] constexpr bool operator==(const name_ends&) const noexcept = default;
};

// Demands: eight bytes may be read.
[[nodiscard]] constexpr name_ends ends_of(const char* at, std::size_t size) noexcept {
  const std::uint64_t head = word_at(at);
  if (size >= 8) return {head, word_at(at + size - 8), size};
  return {head & ((std::uint64_t{1} << (8 * size)) - 1), 0, size};
}

[[nodiscard]] constexpr name_ends ends_of_padded(std::string_view name) noexcept {
  if (name.size() >= 8) return ends_of(name.data(), name.size());
  char padded[8] = {};
  for (std::size_t i = 0; i < name.size(); ++i) padded[i] = name[i];
  return ends_of(padded, name.size());
}

}  // namespace callgate::json::detail
