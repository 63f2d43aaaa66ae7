// SPDX-License-Identifier: Apache-2.0
// A token bucket for each address that sends: a table of fixed size, shared by all I/O threads.
#pragma once

#include <callgate/core/keyed_hash.hpp>
#include <callgate/core/rate_limit.hpp>
#include <callgate/core/token_bucket.hpp>
#include <callgate/net/peer_address.hpp>

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace callgate::net {

// Groups of eight; an address has its group by a keyed hash, so that nobody can choose to fall into
// somebody's. A bucket that is full again says nothing and makes room. When all eight of a group
// are in use, the one that will be full first is given up: its address starts anew with a full
// bucket. So an address is never refused because of others, and a flood from more addresses than
// the table holds is bounded per mount only.
// Threads: any, without a lock; while two fight for one slot, a token may be charged to the wrong
// one of both, and an address may have two buckets. Cost: one or two cache lines; no allocation
// after construction.
class address_buckets {
 public:
  // Room for max_addresses, rounded up to a power of two. limit: as bucket_rule wants it.
  address_buckets(const rate_limit& limit, std::size_t max_addresses)
      : rule_(limit),
        group_mask_(std::bit_ceil((max_addresses + group_size - 1) / group_size) - 1),
        groups_(std::make_unique<group[]>(group_mask_ + 1)) {}

  // Returns 0, or how many nanoseconds later there is a token.
  [[nodiscard]] std::int64_t take(const peer_address& from, std::int64_t now_ns) noexcept {
    return bucket_of(from.network(), now_ns).take(rule_, now_ns);
  }

  [[nodiscard]] std::size_t capacity() const noexcept { return (group_mask_ + 1) * group_size; }

 private:
  static constexpr std::size_t group_size = 8;

  struct slot {
    std::atomic<std::uint64_t> network{0};  // 0: never used
    token_bucket bucket;
  };
  struct alignas(64) group {
    std::array<slot, group_size> slots;
  };

  token_bucket& bucket_of(std::uint64_t network, std::int64_t now_ns) noexcept {
    group& at = groups_[hash_(network) & group_mask_];
    slot* victim = at.slots.data();
    for (slot& each : at.slots) {
      if (each.network.load(std::memory_order_relaxed) == network) return each.bucket;
      if (each.bucket.full_at_ns() < victim->bucket.full_at_ns()) victim = &each;
    }
    return claim(*victim, network, now_ns);
  }

  // A slot in use starts anew; one that is full again need not. Who loses the fight shares it once.
  static token_bucket& claim(slot& victim, std::uint64_t network, std::int64_t now_ns) noexcept {
    std::uint64_t before = victim.network.load(std::memory_order_relaxed);
    const bool used = victim.bucket.full_at_ns() > now_ns;
    if (before != network && victim.network.compare_exchange_strong(before, network) && used)
      victim.bucket.fill();
    return victim.bucket;
  }

  bucket_rule rule_;
  std::size_t group_mask_;
  std::unique_ptr<group[]> groups_;
  keyed_hash hash_;
};

}  // namespace callgate::net
