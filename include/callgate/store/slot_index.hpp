// SPDX-License-Identifier: Apache-2.0
// Finds slots of a fixed table by a hash, in memory that is allocated once.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace callgate::store {

// Chains slot numbers by hash; the table itself lies elsewhere. Half of the hash stands beside each
// number, so that the table is not touched, and no cache line of it fetched, for others' slots.
class slot_index {
 public:
  using slot = std::uint32_t;
  static constexpr slot none = UINT32_MAX;

  explicit slot_index(std::size_t slots) : first_(std::bit_ceil(slots + 1)), next_(slots) {}

  // The first slot with this hash that `is` accepts.
  template <class Is>
  [[nodiscard]] slot find(std::uint64_t hash, Is is) const noexcept {
    entry e = first_[bucket(hash)];
    while (e.at != none && !(e.tag == tag(hash) && is(e.at))) e = next_[e.at];
    return e.at;
  }

  void insert(std::uint64_t hash, slot s) noexcept {
    entry& first = first_[bucket(hash)];
    next_[s] = first;
    first = {s, tag(hash)};
  }

  // The slot must have been inserted with this hash.
  void erase(std::uint64_t hash, slot s) noexcept {
    entry* link = &first_[bucket(hash)];
    while (link->at != s) link = &next_[link->at];
    *link = next_[s];
  }

  // Of a hash that is asked for soon.
  void prefetch(std::uint64_t hash) const noexcept { __builtin_prefetch(&first_[bucket(hash)], 1); }

 private:
  struct entry {
    slot at = none;
    std::uint32_t tag = 0;
  };

  static std::uint32_t tag(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash >> 32);
  }
  [[nodiscard]] std::size_t bucket(std::uint64_t hash) const noexcept {
    return hash & (first_.size() - 1);
  }

  std::vector<entry> first_;
  std::vector<entry> next_;
};

}  // namespace callgate::store
