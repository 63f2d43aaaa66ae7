// SPDX-License-Identifier: Apache-2.0
// Copies the write-ahead log into the database beside the writer, so that commits do not wait for
// it.
#pragma once

#include <callgate/store/sqlite_connection.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <pthread.h>

namespace callgate::store {

// A passive checkpoint that runs beside a busy writer never gets to the log's end, so the log could
// grow for ever. Hence two steps: this thread copies the bulk, then the writer copies the little
// that came meanwhile, between two commits, and the next commit starts the log anew. Threads:
// request() and take_done() from the writer; stop() from any.
class sqlite_checkpointer {
 public:
  explicit sqlite_checkpointer(std::string path) : path_(std::move(path)) {}
  ~sqlite_checkpointer() { stop(); }
  sqlite_checkpointer(const sqlite_checkpointer&) = delete;
  sqlite_checkpointer& operator=(const sqlite_checkpointer&) = delete;

  // Asks for a checkpoint; the thread starts with the first one. Errors are left to the writer's
  // part, which meets them again and reports them.
  void request() {
    {
      const std::lock_guard lock{mutex_};
      if (stopping_) return;
      wanted_ = true;
      if (!thread_.joinable() && !start()) finish();
    }
    changed_.notify_one();
  }

  // True once after each requested checkpoint: the writer's turn.
  [[nodiscard]] bool take_done() noexcept {
    return done_.load(std::memory_order_relaxed) && done_.exchange(false);
  }

  void stop() {
    {
      const std::lock_guard lock{mutex_};
      stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  // Without a thread the writer does the whole of it.
  bool start() noexcept {
    try {
      thread_ = std::thread{[this] { run(); }};
      return true;
    } catch (const std::system_error&) {
      return false;
    }
  }

  void run() {
    ::pthread_setname_np(::pthread_self(), "callgate-ckpt");
    std::unique_lock lock{mutex_};
    for (;;) {
      changed_.wait(lock, [this] { return wanted_ || stopping_; });
      if (stopping_) return;
      lock.unlock();
      checkpoint();
      lock.lock();
      finish();
    }
  }

  void checkpoint() {
    sqlite_connection connection;
    if (connection.open_writable(path_) != errc::ok) return;
    // A connection knows of the log only once it has read; before that a checkpoint does nothing.
    if (connection.execute("PRAGMA schema_version") != errc::ok) return;
    (void)connection.run_checkpoint(sqlite_connection::checkpoint::passive);
  }

  void finish() noexcept {
    wanted_ = false;
    done_.store(true);
  }

  const std::string path_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread thread_;
  std::atomic<bool> done_{false};
  bool wanted_ = false;
  bool stopping_ = false;
};

}  // namespace callgate::store
