// SPDX-License-Identifier: Apache-2.0
// Where a text has bytes below 0x20, HTAB among them, and DEL: one after the other.
#pragma once

#include <callgate/http/detail/block.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace callgate::http::detail {

// Lifetime: that of the text. Cost: each block is looked at once, however many of them it has.
class control_scan {
 public:
  // Demands: from is at most text.size().
  explicit control_scan(std::string_view text, std::size_t from = 0) noexcept
      : text_(text), next_block_(from) {}

  // Position of the next one, or text.size().
  [[gnu::always_inline, nodiscard]] std::size_t next() noexcept {
    while (found_ == 0) {
      if (next_block_ >= text_.size()) return text_.size();
      const bool is_whole = next_block_ + block::size <= text_.size();
      found_ = is_whole ? block(text_.data() + next_block_).controls() : controls_of_rest();
      next_block_ += block::size;
    }
    const std::size_t at = next_block_ - block::size + block::first(found_);
    found_ = block::without_first(found_);
    return at;
  }

 private:
  // Of fewer bytes than a block: nothing may be read behind them.
  [[nodiscard]] block::positions controls_of_rest() const noexcept {
    std::array<char, block::size> padded;
    padded.fill(' ');
    text_.copy(padded.data(), padded.size(), next_block_);
    return block(padded.data()).controls();
  }

  std::string_view text_;
  std::size_t next_block_;
  block::positions found_ = 0;  // in the block before it, still to be told
};

}  // namespace callgate::http::detail
