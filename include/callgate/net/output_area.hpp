// SPDX-License-Identifier: Apache-2.0
// Where the answers of one turn are written, one behind the other, until they are sent at its end.
#pragma once

#include <callgate/core/limits.hpp>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace callgate::net {

// One per I/O thread, so that connections without an answer on its way need no memory for one.
// Empty again when the last chain is given back. Threads: one.
class output_area {
 public:
  // The answers of one connection, in order; others' may stand between them.
  class chain {
   public:
    [[nodiscard]] bool empty() const noexcept { return last_ == 0; }

   private:
    friend class output_area;
    std::uint32_t first_ = 0;  // where its text begins; no text begins at 0
    std::uint32_t last_ = 0;
  };

  output_area()
      : bytes_(std::make_unique_for_overwrite<char[]>(capacity_bytes)),
        joined_(std::make_unique_for_overwrite<char[]>(capacity_bytes)) {}

  // For one answer. Until add(), it is the same every time.
  [[nodiscard]] std::span<char> room() const noexcept {
    assert(has_room());
    return {bytes_.get() + used_ + sizeof(link), limits::max_answer_bytes};
  }
  [[nodiscard]] bool has_room(std::size_t answers = 1) const noexcept {
    return capacity_bytes - used_ >= answers * longest_entry_bytes;
  }

  // text is there to stay until its chain is given back. Copied, if it was not written into room().
  void add(chain& to, std::string_view text) noexcept {
    assert(text.size() <= limits::max_answer_bytes && has_room());
    const auto begin = static_cast<std::uint32_t>(used_ + sizeof(link));
    if (text.data() != bytes_.get() + begin) text.copy(bytes_.get() + begin, text.size());
    put(begin, {static_cast<std::uint32_t>(text.size()), 0});
    if (to.empty()) {
      to.first_ = begin;
      ++chains_;
    } else {
      put(to.last_, {link_of(to.last_).size, begin});
    }
    to.last_ = begin;
    used_ = begin + text.size();
  }

  // The chain's texts in one piece. Lifetime: until the next call, or the chain is given back.
  [[nodiscard]] std::string_view text(const chain& of) const noexcept {
    if (of.empty()) return {};
    if (of.first_ == of.last_) return {bytes_.get() + of.first_, link_of(of.first_).size};
    std::size_t size = 0;
    for (std::uint32_t at = of.first_; at != 0; at = link_of(at).next) {
      std::memcpy(joined_.get() + size, bytes_.get() + at, link_of(at).size);
      size += link_of(at).size;
    }
    return {joined_.get(), size};
  }

  void give_back(chain& those) noexcept {
    if (those.empty()) return;
    those = {};
    assert(chains_ > 0);
    if (--chains_ == 0) used_ = 0;
  }

 private:
  // Right before each text.
  struct link {
    std::uint32_t size;  // of the text
    std::uint32_t next;  // where the chain's next text begins; 0: it is the last one
  };

  static constexpr std::size_t longest_entry_bytes = sizeof(link) + limits::max_answer_bytes;
  static constexpr std::size_t capacity_bytes = limits::max_turn_answers * longest_entry_bytes;
  static_assert(capacity_bytes <= UINT32_MAX);

  [[nodiscard]] link link_of(std::uint32_t text) const noexcept {
    link found;
    std::memcpy(&found, bytes_.get() + text - sizeof(link), sizeof found);
    return found;
  }
  void put(std::uint32_t text, link l) noexcept {
    std::memcpy(bytes_.get() + text - sizeof(link), &l, sizeof l);
  }

  std::unique_ptr<char[]> bytes_;
  std::unique_ptr<char[]> joined_;
  std::size_t used_ = 0;
  std::size_t chains_ = 0;
};

}  // namespace callgate::net
