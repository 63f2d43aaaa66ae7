// SPDX-License-Identifier: Apache-2.0
// Finds slots of a fixed table by a hash, in memory that is allocated once.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace callgate::store {

// Chains slot numbers by hash; the table itself lies elsewhere.
class slot_index {
 public:
  using slot = std::uint32_t;
  static constexpr slot none = UINT32_MAX;

  explicit slot_index(std::size_t slots)
      : first_(std::bit_ceil(slots + 1), none), next_(slots, none) {}

  // The first slot with this hash that `is` accepts.
  template <class Is>
  [[nodiscard]] slot find(std::size_t hash, Is is) const noexcept {
    slot s = first_[bucket(hash)];
    while (s != none && !is(s)) s = next_[s];
    return s;
  }

  void insert(std::size_t hash, slot s) noexcept {
    slot& first = first_[bucket(hash)];
    next_[s] = first;
    first = s;
  }

  // The slot must have been inserted with this hash.
  void erase(std::size_t hash, slot s) noexcept {
    slot* link = &first_[bucket(hash)];
    while (*link != s) link = &next_[*link];
    *link = next_[s];
  }

 private:
  [[nodiscard]] std::size_t bucket(std::size_t hash) const noexcept {
    return hash & (first_.size() - 1);
  }

  std::vector<slot> first_;
  std::vector<slot> next_;
};

}  // namespace callgate::store
