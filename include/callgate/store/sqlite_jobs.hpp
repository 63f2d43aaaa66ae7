// SPDX-License-Identifier: Apache-2.0
// Blocking calls of other threads, which the writer thread makes for them in its transactions.
#pragma once

#include <callgate/store/errc.hpp>

#include <condition_variable>
#include <mutex>

namespace callgate::store {

class sqlite_writer;

// One call; lives on its caller's stack until finish().
struct sqlite_job {
  sqlite_job* next = nullptr;
  errc (*apply)(void* call, sqlite_writer& writer) = nullptr;
  void* call = nullptr;
  errc outcome = errc::io_error;
  errc own = errc::ok;  // what it came to where its batch was committed
  bool finished = false;

  // Lifetime: borrows the call.
  template <class Call>
  explicit sqlite_job(Call& made)
      : apply([](void* c, sqlite_writer& w) { return (*static_cast<Call*>(c))(w); }), call(&made) {}
};

// Where callers wait. Threads: every function from any thread.
class sqlite_jobs {
 public:
  [[nodiscard]] errc wait(const sqlite_job& job) {
    std::unique_lock lock{mutex_};
    finished_.wait(lock, [&] { return job.finished; });
    return job.outcome;
  }

  // The jobs from this one on: the transaction that they were part of has ended so.
  void finish(sqlite_job* first, errc outcome) {
    {
      const std::lock_guard lock{mutex_};
      for (sqlite_job* job = first; job != nullptr;) {
        sqlite_job* next = job->next;  // it may be gone as soon as it is finished and unlocked
        job->outcome = outcome == errc::ok ? job->own : outcome;
        job->finished = true;
        job = next;
      }
    }
    finished_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable finished_;
};

}  // namespace callgate::store
