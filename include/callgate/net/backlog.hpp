// SPDX-License-Identifier: Apache-2.0
// Bytes that have to wait, in a buffer of the pool while there are any.
#pragma once

#include <callgate/net/buffer_pool.hpp>

#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

namespace callgate::net {

// Threads: one.
class backlog {
 public:
  explicit backlog(buffer_pool& buffers) noexcept : buffers_(buffers) {}
  backlog(const backlog&) = delete;
  backlog& operator=(const backlog&) = delete;

  // Errors: false, and nothing is changed, when the pool has no buffer.
  [[nodiscard]] bool append(std::string_view bytes) {
    if (bytes.empty()) return true;
    const bool fits = lease_ && begin_ + size_ + bytes.size() <= lease_.bytes().size();
    if (!fits && !move_to(buffers_.lease(size_ + bytes.size()))) return false;
    std::memcpy(lease_.bytes().data() + begin_ + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
    return true;
  }

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  // Lifetime: until the next append().
  [[nodiscard]] std::string_view view() const noexcept {
    return {lease_.bytes().data() + begin_, size_};
  }

  void remove_prefix(std::size_t bytes) noexcept {
    begin_ += bytes;
    size_ -= bytes;
    if (empty()) clear();
  }

  void clear() noexcept {
    lease_.reset();
    begin_ = size_ = 0;
  }

 private:
  bool move_to(buffer_lease larger) noexcept {
    if (!larger) return false;
    if (!empty()) std::memcpy(larger.bytes().data(), view().data(), size_);
    begin_ = 0;
    lease_ = std::move(larger);
    return true;
  }

  buffer_pool& buffers_;
  buffer_lease lease_;
  std::size_t begin_ = 0;
  std::size_t size_ = 0;
};

}  // namespace callgate::net
