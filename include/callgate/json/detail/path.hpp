// SPDX-License-Identifier: Apache-2.0
// Where a reader is, as frames on its own stack: costs two stores a step, and a pointer's text only
// when it is wanted.
#pragma once

#include <callgate/config.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/json/pointer_text.hpp>
#include <callgate/json/string.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace callgate::json::detail {

// One token of a JSON Pointer. The root has none.
struct path {
  static constexpr std::size_t by_name = static_cast<std::size_t>(-1);

  const path* up = nullptr;
  std::string_view name{};
  std::size_t index = by_name;
  bool escaped = false;  // the name is as it stands between its quotes
};

// The beginning of a name without its escapes: as much as a pointer can show.
class decoded_name {
 public:
  explicit decoded_name(std::string_view text) noexcept {
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end && size_ < limits::max_pointer_bytes)
      size_ += decode_next(at, end, name_.data() + size_);
  }
  [[nodiscard]] std::string_view view() const noexcept { return {name_.data(), size_}; }

 private:
  std::array<char, limits::max_pointer_bytes + 4> name_;  // a character more than fits
  std::size_t size_ = 0;
};

CALLGATE_NOINLINE inline pointer_text to_pointer(const path* leaf,
                                                 pointer_text text = {}) noexcept {
  for (; leaf != nullptr; leaf = leaf->up) {
    if (leaf->index != path::by_name)
      text.prepend(leaf->index);
    else if (leaf->escaped)
      text.prepend(decoded_name{leaf->name}.view());
    else
      text.prepend(leaf->name);
  }
  return text;
}

}  // namespace callgate::json::detail
