// SPDX-License-Identifier: Apache-2.0
// Buffers for what does not fit into a connection's own: large bodies, request arenas.
#pragma once

#include <callgate/config.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <utility>
#include <vector>

namespace callgate::net {

class buffer_pool;

// One leased buffer; goes back to its pool when it is dropped.
class buffer_lease {
 public:
  buffer_lease() = default;
  buffer_lease(buffer_pool& pool, std::span<char> bytes) noexcept : pool_(&pool), bytes_(bytes) {}
  buffer_lease(buffer_lease&& other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)), bytes_(std::exchange(other.bytes_, {})) {}
  buffer_lease& operator=(buffer_lease&& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~buffer_lease() { reset(); }

  void reset() noexcept {
    if (pool_ != nullptr) give_back();
  }
  [[nodiscard]] std::span<char> bytes() const noexcept { return bytes_; }
  explicit operator bool() const noexcept { return pool_ != nullptr; }

 private:
  void give_back() noexcept;  // most leases are empty when they are dropped

  buffer_pool* pool_ = nullptr;
  std::span<char> bytes_{};
};

// Classes of 4 KiB to 4 MiB, kept for reuse. Threads: one thread's. Cost: allocates only to grow,
// up to max_bytes.
class buffer_pool {
 public:
  static constexpr std::size_t max_lease_bytes = 4 << 20;

  explicit buffer_pool(std::size_t max_bytes) : max_bytes_(max_bytes) {}
  buffer_pool(const buffer_pool&) = delete;
  buffer_pool& operator=(const buffer_pool&) = delete;

  // At least bytes long. Empty lease: over max_bytes, or larger than the largest class.
  [[nodiscard]] buffer_lease lease(std::size_t bytes) {
    const std::size_t wanted = class_of(bytes);
    if (wanted == class_bytes.size()) return {};
    if (free_[wanted] == nullptr) (void)grow(wanted);
    // When the budget is spent, a larger buffer that lies idle serves, too: a burst of large bodies
    // must not leave small ones without.
    for (std::size_t index = wanted; index < class_bytes.size(); ++index)
      if (free_[index] != nullptr) return take(index);
    return {};
  }

  [[nodiscard]] std::size_t allocated_bytes() const noexcept { return allocated_; }

 private:
  friend class buffer_lease;

  static constexpr std::array<std::size_t, 6> class_bytes{4 << 10,   16 << 10, 64 << 10,
                                                          256 << 10, 1 << 20,  max_lease_bytes};

  // The smallest that has room, or how many there are: each is four times the one before.
  static constexpr std::size_t class_of(std::size_t bytes) noexcept {
    constexpr auto least = static_cast<std::size_t>(std::bit_width(class_bytes[0] - 1));
    const auto width =
        static_cast<std::size_t>(std::bit_width(std::max(bytes, class_bytes[0]) - 1));
    return std::min((width - least + 1) / 2, class_bytes.size());
  }

  // At the beginning of each buffer that nobody has.
  struct free_buffer {
    free_buffer* next;
  };

  buffer_lease take(std::size_t index) noexcept {
    free_buffer* const buffer = std::exchange(free_[index], free_[index]->next);
    return {*this, {reinterpret_cast<char*>(buffer), class_bytes[index]}};
  }

  CALLGATE_NOINLINE bool grow(std::size_t index) {
    const std::size_t bytes = class_bytes[index];
    if (allocated_ + bytes > max_bytes_) return false;
    std::unique_ptr<char[]> made(new (std::nothrow) char[bytes]);
    if (!made) return false;
    owned_.push_back(std::move(made));
    allocated_ += bytes;
    give_back({owned_.back().get(), bytes});
    return true;
  }

  void give_back(std::span<char> buffer) noexcept {
    free_buffer*& first = free_[class_of(buffer.size())];
    first = ::new (buffer.data()) free_buffer{first};
  }

  std::size_t max_bytes_;
  std::size_t allocated_ = 0;
  std::vector<std::unique_ptr<char[]>> owned_;
  std::array<free_buffer*, class_bytes.size()> free_{};
};

inline void buffer_lease::give_back() noexcept {
  pool_->give_back(bytes_);
  pool_ = nullptr;
  bytes_ = {};
}

}  // namespace callgate::net
