// SPDX-License-Identifier: Apache-2.0
// Where the answers of one turn are written, one behind the other, until they are sent at its end.
#pragma once

#include <callgate/core/limits.hpp>

#include <cassert>
#include <cstddef>
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
