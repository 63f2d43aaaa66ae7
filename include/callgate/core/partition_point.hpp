// SPDX-License-Identifier: Apache-2.0
// Binary search, for headers that are included everywhere: <algorithm> is a tenth of their cost.
#pragma once

#include <cstddef>
#include <span>

namespace callgate {

// The index of the first item that is not `before`; size() if all are. Demands: those that are come
// first. Cost: log2(size()) + 1 calls.
template <class T, class Before>
[[nodiscard]] constexpr std::size_t partition_point(std::span<const T> items,
                                                    Before before) noexcept {
  std::size_t first = 0;
  for (std::size_t end = items.size(); first < end;) {
    const std::size_t middle = first + (end - first) / 2;
    if (before(items[middle]))
      first = middle + 1;
    else
      end = middle;
  }
  return first;
}

}  // namespace callgate
