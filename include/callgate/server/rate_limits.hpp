// SPDX-License-Identifier: Apache-2.0
// The rates of rate_options, kept for all I/O threads.
#pragma once

#include <callgate/core/startup_error.hpp>
#include <callgate/core/token_bucket.hpp>
#include <callgate/net/address_buckets.hpp>
#include <callgate/server/rate_options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace callgate {

// Nanoseconds until a request may come again; 0: it may come now. Threads: any. Cost: a look at the
// clock and one compare-and-swap for each limit that is set.
class rate_limits {
 public:
  // Errors: startup_error when a limit is none.
  rate_limits(const rate_options& how, std::size_t mounts) {
    check(how.per_address, "address");
    check(how.per_mount, "mount");
    if (how.per_address.is_set()) addresses_.emplace(how.per_address, how.max_addresses);
    if (!how.per_mount.is_set()) return;
    mount_rule_.emplace(how.per_mount);
    mounts_ = std::vector<mount_bucket>(mounts);
  }
  rate_limits(const rate_limits&) = delete;
  rate_limits& operator=(const rate_limits&) = delete;

  [[nodiscard]] std::int64_t wait_of_address(const net::peer_address& client) noexcept {
    return addresses_ ? addresses_->take(client, now_ns()) : 0;
  }
  [[nodiscard]] std::int64_t wait_of_mount(std::size_t index) noexcept {
    return mount_rule_ ? mounts_[index].bucket.take(*mount_rule_, now_ns()) : 0;
  }

 private:
  struct alignas(64) mount_bucket {  // a cache line each: mounts do not disturb each other
    token_bucket bucket;
  };

  static void check(const rate_limit& limit, const char* of) {
    if (const char* problem = limit.problem(); problem != nullptr)
      throw startup_error(std::string("the rate of one ") + of + " is no limit: " + problem);
  }

  static std::int64_t now_ns() noexcept {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  }

  std::optional<net::address_buckets> addresses_;
  std::optional<bucket_rule> mount_rule_;
  std::vector<mount_bucket> mounts_;
};

}  // namespace callgate
