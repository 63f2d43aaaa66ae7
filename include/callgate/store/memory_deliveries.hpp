// SPDX-License-Identifier: Apache-2.0
// The delivery keys of the memory store.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/slot_index.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace callgate::store {

// A ring of keys: the oldest make room, be they expired or not. Allocates when made only.
class memory_deliveries {
 public:
  // One cache line.
  struct alignas(64) delivery {
    std::array<std::byte, 16> key{};
    std::array<std::byte, 16> digest{};
    unix_micros expires_at = 0;
    std::int64_t sequence = 0;
    std::int64_t conflicts = 0;  // other bodies that were taken
    bool used = false;
  };

  explicit memory_deliveries(std::size_t max) : max_(std::max<std::size_t>(max, 1)), index_(max_) {
    slots_.reserve(max_);  // what is not needed yet takes no memory
  }

  // The delivery that has this key and counts at this time; nullptr when there is none.
  [[nodiscard]] const delivery* find(const append_request& request) const noexcept {
    const slot_index::slot s = slot_of(request.key);
    if (s == slot_index::none || slots_[s].expires_at <= request.received_at) return nullptr;
    return &slots_[s];
  }

  // Takes the place of an expired delivery with the same key.
  void insert(const append_request& request) noexcept {
    const slot_index::slot expired = slot_of(request.key);
    if (expired != slot_index::none) free(expired);
    const auto s = static_cast<slot_index::slot>(next_);
    if (++next_ == max_) next_ = 0;
    if (s == slots_.size()) slots_.emplace_back();
    if (slots_[s].used) free(s);
    slots_[s] = {
        request.key, request.digest, request.received_at + request.ttl_us, request.sequence, 0,
        true};
    index_.insert(hash(request.key), s);
    prefetch_next();
  }

  // Of a key that is asked for soon.
  void prefetch(const std::array<std::byte, 16>& key) const noexcept { index_.prefetch(hash(key)); }

  // Of a delivery that find() finds.
  void count_conflict(const append_request& request) noexcept {
    ++slots_[slot_of(request.key)].conflicts;
  }

 private:
  // A key is a digest already: any of its bytes will do.
  static std::uint64_t hash(const std::array<std::byte, 16>& key) noexcept {
    std::uint64_t h = 0;
    std::memcpy(&h, key.data(), sizeof h);
    return h;
  }

  [[nodiscard]] slot_index::slot slot_of(const std::array<std::byte, 16>& key) const noexcept {
    return index_.find(hash(key), [&](slot_index::slot s) { return slots_[s].key == key; });
  }

  // What the next insert() makes free, and the slot of the one after it.
  void prefetch_next() const noexcept {
    if (next_ + 1 >= slots_.size()) return;
    index_.prefetch(hash(slots_[next_].key));
    __builtin_prefetch(&slots_[next_ + 1], 1);
  }

  void free(slot_index::slot s) noexcept {
    index_.erase(hash(slots_[s].key), s);
    slots_[s].used = false;
  }

  std::size_t max_;
  std::vector<delivery> slots_;
  slot_index index_;
  std::size_t next_ = 0;
};

}  // namespace callgate::store
