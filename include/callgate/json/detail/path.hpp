// SPDX-License-Identifier: Apache-2.0
// Where a reader is, as frames on its own stack: costs two stores a step, and a pointer's text only
// when it is wanted.
#pragma once

#include <callgate/config.hpp>
#include <callgate/json/pointer_text.hpp>

#include <cstddef>
#include <string_view>

namespace callgate::json::detail {

// One token of a JSON Pointer. The root has none.
struct path {
  static constexpr std::size_t by_name = static_cast<std::size_t>(-1);

  const path* up = nullptr;
  std::string_view name{};
  std::size_t index = by_name;
};

CALLGATE_NOINLINE inline pointer_text to_pointer(const path* leaf,
                                                 pointer_text text = {}) noexcept {
  for (; leaf != nullptr; leaf = leaf->up) {
    if (leaf->index == path::by_name)
      text.prepend(leaf->name);
    else
      text.prepend(leaf->index);
  }
  return text;
}

}  // namespace callgate::json::detail
