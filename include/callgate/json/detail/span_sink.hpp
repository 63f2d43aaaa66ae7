// SPDX-License-Identifier: Apache-2.0
// Text into a buffer that somebody else owns.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace callgate::json::detail {

// Once a piece did not fit, nothing is taken any more: what is there stays a prefix of what was
// meant.
class span_sink {
 public:
  constexpr explicit span_sink(std::span<char> out) noexcept : out_(out) {}

  constexpr void append(std::string_view text) noexcept {
    overflowed_ = overflowed_ || text.size() > out_.size() - size_;
    if (overflowed_) return;
    std::copy_n(text.data(), text.size(), out_.data() + size_);
    size_ += text.size();
  }
  [[nodiscard]] constexpr bool overflowed() const noexcept { return overflowed_; }
  [[nodiscard]] constexpr std::string_view view() const noexcept { return {out_.data(), size_}; }

 private:
  std::span<char> out_;
  std::size_t size_ = 0;
  bool overflowed_ = false;
};

}  // namespace callgate::json::detail
