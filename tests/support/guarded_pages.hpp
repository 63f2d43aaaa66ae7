// SPDX-License-Identifier: Apache-2.0
// Memory between two pages that nobody may touch.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

namespace callgate::test {

class guarded_pages {
 public:
  explicit guarded_pages(std::size_t bytes)
      : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))),
        size_((bytes + page_ - 1) / page_ * page_) {
    void* const all =
        mmap(nullptr, size_ + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) std::abort();
    begin_ = static_cast<char*>(all) + page_;
    if (mprotect(begin_, size_, PROT_READ | PROT_WRITE) != 0) std::abort();
  }
  ~guarded_pages() { munmap(begin_ - page_, size_ + 2 * page_); }
  guarded_pages(const guarded_pages&) = delete;
  guarded_pages& operator=(const guarded_pages&) = delete;

  // Copies the text so that a forbidden page begins right behind it, or ends right before it. The
  // bytes on its other side go on like a text, for who wrongly believes in them.
  [[nodiscard]] std::string_view at_end(std::string_view text) {
    return put(text, begin_ + size_ - text.size());
  }
  [[nodiscard]] std::string_view at_begin(std::string_view text) { return put(text, begin_); }

  // The last bytes.
  [[nodiscard]] std::span<std::byte> room_at_end(std::size_t bytes) const {
    return {reinterpret_cast<std::byte*>(begin_ + size_ - bytes), bytes};
  }

 private:
  std::string_view put(std::string_view text, char* place) {
    std::memset(begin_, '"', size_);
    std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }

  std::size_t page_;
  std::size_t size_;
  char* begin_;
};

}  // namespace callgate::test
