// SPDX-License-Identifier: Apache-2.0
// Text into a buffer that somebody else owns.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace callgate::json::detail {

// Once a piece did not fit, nothing is taken any more: what is there stays a prefix of what was
// meant. Bytes behind that are of no meaning.
class span_sink {
 public:
  constexpr explicit span_sink(std::span<char> out) noexcept
      : begin_(out.data()), at_(begin_), end_(begin_ + out.size()) {}

  constexpr void append(std::string_view text) noexcept {
    if (text.size() > room().size()) {
      overflowed_ = true;
      end_ = at_;
    } else {
      at_ = std::copy_n(text.data(), text.size(), at_);
    }
  }
  // To write into; none once it overflowed.
  [[nodiscard]] constexpr std::span<char> room() const noexcept { return {at_, end_}; }
  // Takes what was written into room(), up to `end`.
  constexpr void take(char* end) noexcept { at_ = end; }

  [[nodiscard]] constexpr bool overflowed() const noexcept { return overflowed_; }
  [[nodiscard]] constexpr std::string_view view() const noexcept { return {begin_, at_}; }

 private:
  char* begin_;
  char* at_;
  char* end_;
  bool overflowed_ = false;
};

}  // namespace callgate::json::detail
