// SPDX-License-Identifier: Apache-2.0
// The order of history entries.
#pragma once

#include <callgate/store/history.hpp>

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <vector>

namespace callgate::store {

// Sorts by the last callback, newest first, and keeps at most limit entries.
inline void newest_first(std::vector<history_entry>& entries, std::size_t limit) {
  std::stable_sort(
      entries.begin(), entries.end(), [](const history_entry& a, const history_entry& b) {
        return std::tie(a.last_received_at, a.sequence) > std::tie(b.last_received_at, b.sequence);
      });
  if (entries.size() > limit) entries.resize(limit);
}

}  // namespace callgate::store
