// SPDX-License-Identifier: Apache-2.0
// What one connection still has to send: heads of answers, and behind the last one a long body.
//
//   add(): into the thread's area -> send(): out, in one piece -> what the peer does not take is
//   kept
#pragma once

#include <callgate/net/buffer_pool.hpp>
#include <callgate/net/output_area.hpp>
#include <callgate/net/stream.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

namespace callgate::net {

// Threads: one.
class outbox {
 public:
  outbox(output_area& area, buffer_pool& buffers) noexcept : area_(area), buffers_(buffers) {}
  outbox(const outbox&) = delete;
  outbox& operator=(const outbox&) = delete;

  // One more answer, and a body that goes behind it; nothing may be added behind that.
  // Lifetime: tail as long as anything is unsent. Errors: false when there is no buffer for what
  // the peer does not take; nothing can be sent any more then.
  [[nodiscard]] bool add(std::string_view head, std::string_view tail = {}) {
    tail_ = tail;
    if (kept_) return keep(head);
    const std::string_view added = area_.add(head);
    if (is_in_area_) {
      area_.give_back();  // one for all of them
      if (head_.data() + head_.size() != added.data()) return keep(added);
    }
    is_in_area_ = true;
    head_ = {head_.empty() ? added.data() : head_.data(), head_.size() + added.size()};
    return true;
  }

  // done: all of it. blocked: the rest is kept; nothing of it is in the area any more.
  template <class Stream>
  [[nodiscard]] transfer send(Stream& out) {
    while (!empty()) {
      const transferred t = out.send(head_, tail_);
      if (t.how == transfer::blocked) return keep_rest() ? transfer::blocked : transfer::failed;
      if (t.how != transfer::done) return t.how;
      const std::size_t of_head = std::min(t.bytes, head_.size());
      head_.remove_prefix(of_head);
      tail_.remove_prefix(t.bytes - of_head);
    }
    clear();
    return transfer::done;
  }

  [[nodiscard]] bool empty() const noexcept { return head_.empty() && tail_.empty(); }

  void clear() noexcept {
    head_ = tail_ = {};
    leave_area();
    kept_.reset();
  }

 private:
  // Unsent heads, and one more behind them, go into a buffer of this connection's own: the peer has
  // not taken them, or another connection's answer stands between.
  bool keep(std::string_view more) {
    const std::size_t size = head_.size() + more.size();
    const char* const end_of_kept = kept_.bytes().data() + kept_.bytes().size();
    if (kept_ && head_.data() + size <= end_of_kept) {
      std::memcpy(const_cast<char*>(head_.data()) + head_.size(), more.data(), more.size());
      head_ = {head_.data(), size};
      return true;
    }
    buffer_lease larger = buffers_.lease(size);
    if (!larger) return false;
    char* const begin = larger.bytes().data();
    head_.copy(begin, head_.size());
    more.copy(begin + head_.size(), more.size());
    head_ = {begin, size};
    kept_ = std::move(larger);
    leave_area();
    return true;
  }

  bool keep_rest() { return kept_ || head_.empty() ? (leave_area(), true) : keep({}); }

  void leave_area() noexcept {
    if (std::exchange(is_in_area_, false)) area_.give_back();
  }

  output_area& area_;
  buffer_pool& buffers_;
  std::string_view head_{};
  std::string_view tail_{};
  buffer_lease kept_;        // where head_ is, once the peer did not take it
  bool is_in_area_ = false;  // head_
};

}  // namespace callgate::net
