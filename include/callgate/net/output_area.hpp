// SPDX-License-Identifier: Apache-2.0
// Where the answers of one turn are written, one behind the other, until they are sent at its end.
#pragma once

#include <callgate/core/limits.hpp>

#include <cassert>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace callgate::net {

// One per I/O thread, so that connections without an answer on its way need no memory for one.
// Empty again when the last text is given back. Threads: one.
class output_area {
 public:
  output_area() : bytes_(std::make_unique_for_overwrite<char[]>(capacity_bytes)) {}

  // For one answer. Until add(), it is the same every time.
  [[nodiscard]] std::span<char> room() const noexcept {
    assert(has_room());
    return {bytes_.get() + used_, limits::max_answer_bytes};
  }
  [[nodiscard]] bool has_room(std::size_t answers = 1) const noexcept {
    return capacity_bytes - used_ >= answers * limits::max_answer_bytes;
  }

  // text is there to stay until it is given back. Copied, if it was not written into room().
  std::string_view add(std::string_view text) noexcept {
    assert(text.size() <= limits::max_answer_bytes && has_room());
    char* const begin = bytes_.get() + used_;
    if (text.data() != begin) text.copy(begin, text.size());
    used_ += text.size();
    ++texts_;
    return {begin, text.size()};
  }

  // Puts an earlier text right before the last one, which moves. Nothing happens, and the result is
  // empty, unless there is room for one more answer behind them.
  std::string_view join(std::string_view earlier, std::string_view last) noexcept {
    if (capacity_bytes - used_ < earlier.size() + limits::max_answer_bytes) return {};
    char* const begin = bytes_.get() + used_ - last.size();
    std::memmove(begin + earlier.size(), begin, last.size());
    earlier.copy(begin, earlier.size());
    used_ += earlier.size();
    return {begin, earlier.size() + last.size()};
  }

  void give_back() noexcept {
    assert(texts_ > 0);
    if (--texts_ == 0) used_ = 0;
  }

 private:
  static constexpr std::size_t capacity_bytes = 16 * limits::max_answer_bytes;

  std::unique_ptr<char[]> bytes_;
  std::size_t used_ = 0;
  std::size_t texts_ = 0;
};

}  // namespace callgate::net
