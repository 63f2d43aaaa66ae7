// SPDX-License-Identifier: Apache-2.0
// How often which time was taken: buckets that are 1/32 of their value wide, from 0 to all of 64
// bits.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace server_benchmark {

class histogram {
 public:
  void add(std::uint64_t value) noexcept {
    ++counts_[bucket_of(value)];
    ++total_;
    most_ = std::max(most_, value);
  }

  [[nodiscard]] std::uint64_t most() const noexcept { return most_; }

  // The least value that as many are not above: the upper end of its bucket. part: 0.5 for the
  // median.
  [[nodiscard]] double quantile(double part) const noexcept {
    const double wanted = part * double(total_);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen != 0 && double(seen) >= wanted)
        return std::min(double(first_of(i + 1)), double(most_));
    }
    return double(most_);
  }

 private:
  static constexpr unsigned bits = 5;
  static constexpr std::size_t parts = std::size_t{1} << bits;

  static std::size_t bucket_of(std::uint64_t value) noexcept {
    if (value < parts) return value;
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - bits;
    return (shift + 1) * parts + static_cast<std::size_t>(value >> shift) - parts;
  }
  static std::uint64_t first_of(std::size_t bucket) noexcept {
    if (bucket < parts) return bucket;
    return (parts + bucket % parts) << (bucket / parts - 1);
  }

  std::array<std::uint64_t, (64 - bits + 1) * parts> counts_{};
  std::uint64_t total_ = 0;
  std::uint64_t most_ = 0;
};

}  // namespace server_benchmark
