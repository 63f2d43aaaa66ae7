// SPDX-License-Identifier: Apache-2.0
// A short text in place, without the heap.
#pragma once

#include <callgate/core/utf8_prefix.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace callgate::store {

// Shape: octets[0..Capacity]. A longer text is cut, never inside a UTF-8 sequence.
template <std::size_t Capacity>
class cut_text {
  static_assert(Capacity <= UINT16_MAX);

 public:
  cut_text() noexcept {}  // NOLINT: the characters stay as they are until there are some

  // What is kept of a text.
  [[nodiscard]] static constexpr std::string_view cut(std::string_view text) noexcept {
    return utf8_prefix(text, Capacity);
  }

  cut_text& operator=(std::string_view text) noexcept {
    const std::string_view kept = cut(text);
    std::copy(kept.begin(), kept.end(), characters_.begin());
    size_ = static_cast<std::uint16_t>(kept.size());
    return *this;
  }

  [[nodiscard]] std::string_view view() const noexcept { return {characters_.data(), size_}; }
  [[nodiscard]] std::string text() const { return std::string{view()}; }

 private:
  std::uint16_t size_ = 0;  // first: beside the beginning, in whose cache line it is
  std::array<char, Capacity> characters_;
};

}  // namespace callgate::store
