// SPDX-License-Identifier: Apache-2.0
// How often and how long after one another a failed effect is tried again.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace callgate::effects {

struct retry_policy {
  std::chrono::milliseconds first_delay{1'000};  // between the first attempt and the second
  double factor = 2.0;  // by which each delay is longer than the one before; at least 1
  std::chrono::milliseconds max_delay{60'000};  // no delay is longer
  std::size_t max_attempts = 8;  // per event, the first one included; then it is a dead letter

  // How long to wait after that many failed attempts (1, 2, ...).
  [[nodiscard]] std::chrono::milliseconds delay_after(std::size_t attempts) const noexcept {
    const auto longest = static_cast<double>(max_delay.count());
    auto delay = static_cast<double>(first_delay.count());
    for (std::size_t n = 1; n < attempts && delay < longest && factor > 1.0; ++n) delay *= factor;
    return std::chrono::milliseconds{static_cast<long long>(std::min(delay, longest))};
  }
};

}  // namespace callgate::effects
