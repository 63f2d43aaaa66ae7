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
  // waits: nobody will call send() when the turn ends. Then it must not stay in the area, which the
  // next turn's answers need.
  [[nodiscard]] bool add(std::string_view head, std::string_view tail = {}, bool waits = false) {
    tail_ = tail;
    if (!kept_.empty() || (waits && fresh_.empty())) return kept_.append(head);
    area_.add(fresh_, head);
    return true;
  }

  // done: all of it. blocked: the rest is kept; nothing of it is in the area any more.
  template <class Channel>
  [[nodiscard]] transfer send(Channel& out) {
    std::string_view fresh = area_.text(fresh_);
    while (!fresh.empty() || !kept_.empty() || !tail_.empty() || out.has_unsent()) {
      const std::string_view head = kept_.empty() ? fresh : kept_.view();
      const transferred t = out.send(head, tail_);
      if (t.how == transfer::blocked) return keep(fresh) ? transfer::blocked : transfer::failed;
      if (t.how != transfer::done) return t.how;
      const std::size_t of_head = std::min(t.bytes, head.size());
      if (kept_.empty())
        fresh.remove_prefix(of_head);
      else
        kept_.remove_prefix(of_head);
      tail_.remove_prefix(t.bytes - of_head);
    }
    clear();
    return transfer::done;
  }

  [[nodiscard]] bool empty() const noexcept {
    return fresh_.empty() && kept_.empty() && tail_.empty();
  }

  void clear() noexcept {
    tail_ = {};
    kept_.clear();
    area_.give_back(fresh_);
  }

 private:
  bool keep(std::string_view fresh) {
    const bool is_kept = kept_.append(fresh);
    area_.give_back(fresh_);
    return is_kept;
  }

  output_area& area_;
  output_area::chain fresh_;  // heads in the area; there are never both
  backlog kept_;              // heads that have left it
  std::string_view tail_{};
};

}  // namespace callgate::net
