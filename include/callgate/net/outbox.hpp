// SPDX-License-Identifier: Apache-2.0
// What one connection still has to send: heads of answers, and behind the last one a long body.
//
//   add(): into the thread's area -> send(): out, in one piece -> what the peer does not take is
//   kept
#pragma once

#include <callgate/net/backlog.hpp>
#include <callgate/net/buffer_pool.hpp>
#include <callgate/net/output_area.hpp>
#include <callgate/net/stream.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace callgate::net {

// Threads: one.
class outbox {
 public:
  outbox(output_area& area, buffer_pool& buffers) noexcept : area_(area), kept_(buffers) {}
  outbox(const outbox&) = delete;
  outbox& operator=(const outbox&) = delete;

  // One more answer, and a body that goes behind it; nothing may be added behind that.
  // Lifetime: tail as long as anything is unsent. Errors: false when there is no buffer for what
  // the peer does not take; nothing can be sent any more then.
  [[nodiscard]] bool add(std::string_view head, std::string_view tail = {}) {
    tail_ = tail;
    if (!kept_.empty()) return kept_.append(head);
    const std::string_view added = area_.add(head);
    if (is_in_area_) {
      area_.give_back();  // one for all of them
      return add_behind(added);
    }
    is_in_area_ = true;
    head_ = added;
    return true;
  }

  // done: all of it. blocked: the rest is kept; nothing of it is in the area any more.
  template <class Channel>
  [[nodiscard]] transfer send(Channel& out) {
    while (!empty() || out.has_unsent()) {
      const std::string_view head = kept_.empty() ? head_ : kept_.view();
      const transferred t = out.send(head, tail_);
      if (t.how == transfer::blocked) return keep_head() ? transfer::blocked : transfer::failed;
      if (t.how != transfer::done) return t.how;
      const std::size_t of_head = std::min(t.bytes, head.size());
      if (kept_.empty())
        head_.remove_prefix(of_head);
      else
        kept_.remove_prefix(of_head);
      tail_.remove_prefix(t.bytes - of_head);
    }
    clear();
    return transfer::done;
  }

  [[nodiscard]] bool empty() const noexcept {
    return head_.empty() && kept_.empty() && tail_.empty();
  }

  void clear() noexcept {
    tail_ = {};
    kept_.clear();
    leave_area();
  }

 private:
  // Another connection's answer may stand between.
  bool add_behind(std::string_view added) {
    if (head_.data() + head_.size() == added.data())
      head_ = {head_.data(), head_.size() + added.size()};
    else if (const std::string_view joined = area_.join(head_, added); !joined.empty())
      head_ = joined;
    else
      return keep_head() && kept_.append(added);
    return true;
  }

  bool keep_head() {
    const bool is_kept = kept_.append(head_);
    leave_area();
    return is_kept;
  }

  void leave_area() noexcept {
    head_ = {};
    if (std::exchange(is_in_area_, false)) area_.give_back();
  }

  output_area& area_;
  backlog kept_;             // heads that have left the area
  std::string_view head_{};  // heads in the area; there are never both
  std::string_view tail_{};
  bool is_in_area_ = false;
};

}  // namespace callgate::net
