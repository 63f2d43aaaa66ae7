// SPDX-License-Identifier: Apache-2.0
// How often something may happen, and how often at once.
#pragma once

#include <cstdint>

namespace callgate {

struct rate_limit {
  double per_second = 0;    // in the long run; 0: no limit
  std::uint32_t burst = 0;  // at once, after a rest; 0: as many as one second's, at least 1

  [[nodiscard]] constexpr bool is_set() const noexcept { return per_second > 0; }

  // What keeps it from being a limit; nullptr: nothing.
  [[nodiscard]] constexpr const char* problem() const noexcept {
    if (!(per_second >= 0 && per_second <= 1e6)) return "a rate is 0 to 1000000 per second";
    if (per_second > 0 && per_second < 1e-4) return "a rate is at least 0.0001 per second";
    if (burst > 1'000'000) return "a burst is at most 1000000";
    if (!is_set() && burst != 0) return "a burst without a rate limits nothing: give a rate, too";
    return nullptr;
  }
};

}  // namespace callgate
