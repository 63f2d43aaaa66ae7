// SPDX-License-Identifier: Apache-2.0
// A perfect hash over paths: which of them a request's is, by one hash and one comparison.
#pragma once

#include <callgate/json/detail/name_mix.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace callgate {

// Hash and displace: a path's hash names a bucket, whose multiplier leads its paths to slots that
// are theirs alone. Found by trying, when this is compiled or at start: the same code does both.
// Lifetime: views the paths.
template <std::size_t Most>
class path_index {
 public:
  static constexpr std::size_t nowhere = Most;

  // Demands: at most Most paths, no two alike.
  constexpr explicit path_index(std::span<const std::string_view> paths) noexcept
      : size_(paths.size()) {
    std::fill(std::copy(paths.begin(), paths.end(), paths_.begin()), paths_.end(), "");
    while (!fill()) ++seed_;
  }

  // The path's place in the list, or nowhere. Cost: whatever the path, one hash, one comparison.
  [[nodiscard]] constexpr std::size_t find(std::string_view path) const noexcept {
    const std::size_t at = slots_[slot_of(hash(path))];
    const std::string_view there = paths_[at];
    return std::equal(there.begin(), there.end(), path.begin(), path.end()) ? at : nowhere;
  }

  [[nodiscard]] constexpr std::span<const std::string_view> paths() const noexcept {
    return {paths_.data(), size_};
  }

 private:
  // A quarter to half of the slots are taken, by two to four paths of each bucket.
  static constexpr std::size_t slot_count = std::bit_ceil(2 * std::max(Most, std::size_t{2}));
  static constexpr std::size_t bucket_count = slot_count / 4;
  static constexpr unsigned slot_shift = 64U - static_cast<unsigned>(std::countr_zero(slot_count));
  static constexpr std::uint64_t odd = 0x9e37'79b9'7f4a'7c15U;
  static constexpr int max_tries = 1'000;  // of one bucket; then all begins anew with another seed
  static_assert(Most < UINT16_MAX);

  // A product's low bits know nothing of its factors' high ones: hence the shifts.
  [[nodiscard]] static constexpr std::uint64_t mix(std::uint64_t hash,
                                                   std::uint64_t word) noexcept {
    hash ^= word;
    hash = (hash ^ hash >> 32) * odd;
    return hash ^ hash >> 32;
  }

  // The last word overlaps the one before it.
  [[nodiscard]] constexpr std::uint64_t hash(std::string_view path) const noexcept {
    const std::uint64_t begun = seed_ ^ path.size() << 32;
    if (path.size() < 8) return mix(begun, short_word(path));
    const char* const last = path.data() + path.size() - 8;
    std::uint64_t hash = begun;
    for (const char* at = path.data(); at < last; at += 8)
      hash = mix(hash, json::detail::word_at(at));
    return mix(hash, json::detail::word_at(last));
  }

  [[nodiscard]] static constexpr std::uint64_t short_word(std::string_view path) noexcept {
    std::uint64_t word = 0;
    for (const char c : path) word = word << 8 | static_cast<unsigned char>(c);
    return word;
  }

  [[nodiscard]] static constexpr std::size_t bucket_of(std::uint64_t hash) noexcept {
    return hash & (bucket_count - 1);
  }
  [[nodiscard]] constexpr std::size_t slot_of(std::uint64_t hash) const noexcept {
    return hash * multipliers_[bucket_of(hash)] >> slot_shift;
  }

  // False when a bucket finds no slots. The fullest choose first, while there are many left.
  [[nodiscard]] constexpr bool fill() noexcept {
    slots_.fill(static_cast<std::uint16_t>(nowhere));
    multipliers_.fill(odd);
    std::array<std::size_t, bucket_count> sizes{};
    for (const std::string_view path : paths()) ++sizes[bucket_of(hash(path))];
    for (std::size_t size = *std::max_element(sizes.begin(), sizes.end()); size > 0; --size)
      for (std::size_t bucket = 0; bucket < bucket_count; ++bucket)
        if (sizes[bucket] == size && !settle(bucket)) return false;
    return true;
  }

  [[nodiscard]] constexpr bool settle(std::size_t bucket) noexcept {
    for (int tries = 0; tries < max_tries; ++tries) {
      if (place(bucket)) return true;
      multipliers_[bucket] += 2 * odd;
    }
    return false;
  }

  // Each path of the bucket takes its slot; none does if one's is taken.
  [[nodiscard]] constexpr bool place(std::size_t bucket) noexcept {
    for (std::size_t i = 0; i < size_; ++i) {
      const std::uint64_t h = hash(paths_[i]);
      if (bucket_of(h) != bucket) continue;
      std::uint16_t& slot = slots_[slot_of(h)];
      if (slot != nowhere) return clear(bucket, i), false;
      slot = static_cast<std::uint16_t>(i);
    }
    return true;
  }

  // Of the bucket's paths before that one.
  constexpr void clear(std::size_t bucket, std::size_t before) noexcept {
    for (std::size_t i = 0; i < before; ++i)
      if (const std::uint64_t h = hash(paths_[i]); bucket_of(h) == bucket)
        slots_[slot_of(h)] = static_cast<std::uint16_t>(nowhere);
  }

  std::array<std::string_view, Most + 1> paths_{};  // and one behind them, where free slots lead
  std::array<std::uint16_t, slot_count> slots_{};
  std::array<std::uint64_t, bucket_count> multipliers_{};
  std::uint64_t seed_ = 1;
  std::size_t size_ = 0;
};

}  // namespace callgate
