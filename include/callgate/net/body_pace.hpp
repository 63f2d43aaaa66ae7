// SPDX-License-Identifier: Apache-2.0
// Until when a body that comes slowly is waited for.
#pragma once

#include <callgate/net/options.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace callgate::net {

// A body has body_timeout in all. Once body_grace is over, it must have come at
// min_bytes_per_second on average: whoever sends a byte now and then does not hold a connection for
// long. Threads: one.
class body_pace {
 public:
  using clock = std::chrono::steady_clock;

  void begin(clock::time_point now, const connection_options& how) noexcept {
    whole_due_ = now + how.body_timeout;
    paced_due_ = now + how.body_grace;
    bytes_per_second_ = how.min_bytes_per_second;
  }

  // Bytes that have come buy time.
  void received(std::size_t bytes) noexcept {
    if (bytes_per_second_ != 0)
      paced_due_ += std::chrono::microseconds{1'000'000 * bytes / bytes_per_second_};
  }

  [[nodiscard]] clock::time_point due() const noexcept {
    return bytes_per_second_ == 0 ? whole_due_ : std::min(whole_due_, paced_due_);
  }

 private:
  clock::time_point whole_due_{};
  clock::time_point paced_due_{};
  std::size_t bytes_per_second_ = 0;
};

}  // namespace callgate::net
