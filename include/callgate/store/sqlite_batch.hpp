// SPDX-License-Identifier: Apache-2.0
// What the embedded store's writer does in one transaction.
#pragma once

#include <callgate/store/append_request.hpp>
#include <callgate/store/errc.hpp>
#include <callgate/store/sqlite_jobs.hpp>
#include <callgate/store/sqlite_options.hpp>
#include <callgate/store/write_queue.hpp>

#include <cstddef>
#include <utility>

namespace callgate::store {

// The jobs that wait, and as many appends as fit.
struct sqlite_batch {
  using work = write_queue<sqlite_job>::entries;

  work entries;
  std::size_t appends = 0;
  std::size_t jobs = 0;

  // Takes its entries from what waits.
  static sqlite_batch take(work& waiting, const sqlite_options& options) noexcept {
    sqlite_batch next;
    next.entries.jobs = std::exchange(waiting.jobs, nullptr);
    for (sqlite_job* j = next.entries.jobs; j != nullptr; j = j->next) ++next.jobs;
    append_request* last = nullptr;
    std::size_t bytes = 0;
    append_request* first = waiting.appends;
    while (waiting.appends != nullptr && next.appends < options.max_batch_rows) {
      bytes += waiting.appends->raw.size();
      if (last != nullptr && bytes > options.max_batch_bytes) break;
      last = std::exchange(waiting.appends, waiting.appends->next);
      ++next.appends;
    }
    if (last == nullptr) return next;
    last->next = nullptr;
    next.entries.appends = first;
    return next;
  }
};

}  // namespace callgate::store
