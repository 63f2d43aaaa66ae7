// SPDX-License-Identifier: Apache-2.0
// A token bucket in one atomic word, shared by threads without a lock.
#pragma once

#include <callgate/core/rate_limit.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>

namespace callgate {

// Points in time here are nanoseconds of a steady clock.

// What a rate_limit means in time. One bucket_rule serves many buckets.
class bucket_rule {
 public:
  // limit: set, and without a problem().
  explicit bucket_rule(const rate_limit& limit) noexcept
      : per_token_ns_(std::llround(1e9 / limit.per_second)),
        depth_ns_(per_token_ns_ * burst_of(limit)) {}

  [[nodiscard]] std::int64_t per_token_ns() const noexcept { return per_token_ns_; }
  [[nodiscard]] std::int64_t depth_ns() const noexcept { return depth_ns_; }

 private:
  static std::int64_t burst_of(const rate_limit& limit) noexcept {
    if (limit.burst != 0) return limit.burst;
    return std::max<std::int64_t>(1, std::llround(std::ceil(limit.per_second)));
  }

  std::int64_t per_token_ns_;
  std::int64_t depth_ns_;  // a full bucket, as time
};

// Kept as the time when the bucket will be full again (the virtual scheduling form of the generic
// cell rate algorithm, ITU-T I.371 annex A): taking a token puts that off by one token's time.
// All threads see one bucket, so that a limit holds however connections fall on threads; divided
// buckets would refuse a sender who has one connection at a part of its rate.
// Threads: any. Cost: one compare-and-swap when the token is there.
class token_bucket {
 public:
  // Takes a token. Returns 0, or how many nanoseconds later there is one; then none is taken.
  [[nodiscard]] std::int64_t take(const bucket_rule& rule, std::int64_t now_ns) noexcept {
    std::int64_t full_at = full_at_ns_.load(std::memory_order_relaxed);
    for (;;) {
      const std::int64_t later = std::max(full_at, now_ns) + rule.per_token_ns();
      const std::int64_t wait = later - now_ns - rule.depth_ns();
      if (wait > 0) return wait;
      if (full_at_ns_.compare_exchange_weak(full_at, later, std::memory_order_relaxed)) return 0;
    }
  }

  // When nothing of what was taken counts any more: then the bucket is as good as a new one.
  [[nodiscard]] std::int64_t full_at_ns() const noexcept {
    return full_at_ns_.load(std::memory_order_relaxed);
  }

  void fill() noexcept { full_at_ns_.store(0, std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> full_at_ns_{0};
};

// Retry-After, in whole seconds: never too early, at least 1. Source: RFC 9110 10.2.3.
[[nodiscard]] constexpr std::int64_t retry_after_seconds(std::int64_t wait_ns) noexcept {
  return std::max<std::int64_t>(1, (wait_ns + 999'999'999) / 1'000'000'000);
}

}  // namespace callgate
