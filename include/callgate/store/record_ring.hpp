// SPDX-License-Identifier: Apache-2.0
// Numbered records with texts of their own, in memory that is allocated once; the oldest make room.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace callgate::store {

// Records are numbered 1, 2, 3, ... and number n sits in slot n modulo the number of slots. Their
// bytes lie in one ring in the same order, each record's in one piece. Lifetime: pointers and views
// until the next push().
template <class Head, std::size_t Texts>
class record_ring {
 public:
  record_ring(std::size_t max_records, std::size_t max_bytes)
      : max_records_(std::max<std::size_t>(max_records, 1)),
        bytes_(new char[std::max<std::size_t>(max_bytes, 1)]),
        max_bytes_(std::max<std::size_t>(max_bytes, 1)) {
    slots_.reserve(max_records_);  // what is not needed yet takes no memory
  }

  // Copies the texts into a new record, dropping the oldest as needed; nullptr when they never fit.
  [[nodiscard]] Head* push_texts(const std::string_view (&texts)[Texts]) noexcept {
    std::size_t size = 0;
    for (const std::string_view text : texts) size += text.size();
    slot* made = push(size);
    if (made == nullptr) return nullptr;
    char* to = bytes_.get() + made->begin;
    for (std::size_t i = 0; i < Texts; ++i) {
      to = std::copy(texts[i].begin(), texts[i].end(), to);
      made->sizes[i] = static_cast<std::uint32_t>(texts[i].size());
    }
    return &made->head;
  }

  // nullptr when it was never there, was dropped or has made room.
  [[nodiscard]] Head* find(std::int64_t number) noexcept {
    if (number < oldest_ || number > newest_ || !slot_of(number).live) return nullptr;
    return &slot_of(number).head;
  }

  // Of a record that find() finds.
  [[nodiscard]] std::string_view text(std::int64_t number, std::size_t which) noexcept {
    const slot& s = slot_of(number);
    const char* at = bytes_.get() + s.begin;
    for (std::size_t i = 0; i < which; ++i) at += s.sizes[i];
    return {at, s.sizes[which]};
  }

  // Its bytes are free once every older record has made room.
  void drop(std::int64_t number) noexcept { slot_of(number).live = false; }

  [[nodiscard]] std::int64_t oldest() const noexcept { return oldest_; }
  [[nodiscard]] std::int64_t newest() const noexcept { return newest_; }
  // Live records that made room for newer ones.
  [[nodiscard]] std::int64_t evicted() const noexcept { return evicted_; }

 private:
  struct slot {
    Head head{};
    bool live = false;
    std::array<std::uint32_t, Texts> sizes;
    std::size_t begin;
  };

  slot* push(std::size_t size) noexcept {
    size = std::max<std::size_t>(size, 1);  // so that two records never start at one place
    if (size > std::min<std::size_t>(max_bytes_, UINT32_MAX)) return nullptr;
    while (newest_ - oldest_ + 1 == static_cast<std::int64_t>(max_records_) || !place(size))
      drop_oldest();
    const std::size_t at = index_of(++newest_);
    if (at == slots_.size()) slots_.emplace_back();
    slot& made = slots_[at];
    made.head = Head{};
    made.live = true;
    made.begin = end_;
    end_ += size;
    prefetch_oldest();
    return &made;
  }

  // The next push() asks where it begins, long after it was written.
  void prefetch_oldest() const noexcept {
    __builtin_prefetch(&slots_[first_].live);
    __builtin_prefetch(&slots_[first_].begin);
  }

  [[nodiscard]] slot& slot_of(std::int64_t number) noexcept { return slots_[index_of(number)]; }

  // Of a number between the oldest and the newest.
  [[nodiscard]] std::size_t index_of(std::int64_t number) const noexcept {
    const std::size_t at = first_ + static_cast<std::size_t>(number - oldest_);
    return at < max_records_ ? at : at - max_records_;
  }

  // Moves end_ to where size bytes are free; false when there is no such place.
  bool place(std::size_t size) noexcept {
    if (oldest_ > newest_) return end_ = 0, true;
    const std::size_t begin = slot_of(oldest_).begin;
    if (end_ <= begin) return begin - end_ >= size;  // free: [end, begin)
    if (max_bytes_ - end_ >= size) return true;      // free: [end, max) and [0, begin)
    if (begin < size) return false;
    return end_ = 0, true;
  }

  void drop_oldest() noexcept {
    if (slots_[first_].live) ++evicted_;
    slots_[first_].live = false;
    ++oldest_;
    if (++first_ == max_records_) first_ = 0;
  }

  std::size_t max_records_;
  std::vector<slot> slots_;
  std::size_t first_ = 0;  // where the oldest is
  std::unique_ptr<char[]> bytes_;
  std::size_t max_bytes_;
  std::size_t end_ = 0;
  std::int64_t oldest_ = 1;
  std::int64_t newest_ = 0;
  std::int64_t evicted_ = 0;
};

}  // namespace callgate::store
