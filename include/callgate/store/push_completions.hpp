// SPDX-License-Identifier: Apache-2.0
// Gives a finished batch back: one list, and so at most one wake-up, per completion queue.
#pragma once

#include <callgate/store/append_request.hpp>
#include <callgate/store/completion_queue.hpp>

#include <array>
#include <cstddef>

namespace callgate::store {

// Takes a list linked by next and ended by nullptr. A request may be gone as soon as it is pushed.
// Cost: no allocation; beyond 64 queues in one batch, some get several lists.
inline void push_completions(append_request* requests) noexcept {
  struct list {
    append_request* first;
    append_request* last;
  };
  std::array<list, 64> lists;
  std::size_t used = 0;
  const auto push = [](const list& l) { l.first->completions->push(l.first, l.last); };
  while (requests != nullptr) {
    append_request* one = requests;
    requests = one->next;
    one->next = nullptr;
    std::size_t i = 0;
    while (i < used && lists[i].first->completions != one->completions) ++i;
    if (i < used) {
      lists[i].last->next = one;
      lists[i].last = one;
      continue;
    }
    if (used == lists.size()) push(lists[--used]);
    lists[used++] = {one, one};
  }
  for (std::size_t i = 0; i < used; ++i) push(lists[i]);
}

}  // namespace callgate::store
