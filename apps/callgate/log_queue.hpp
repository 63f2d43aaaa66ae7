// SPDX-License-Identifier: Apache-2.0
// Log lines on their way to standard output, so that a slow terminal or pipe never holds up an I/O
// thread.
#pragma once

#include <cerrno>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include <unistd.h>

// Threads: write() from any. Cost: one copy under a short lock; no allocation. Lines that find no
// room are counted.
class log_queue {
 public:
  static constexpr std::size_t max_waiting_bytes = 1 << 20;

  log_queue() {
    waiting_.reserve(max_waiting_bytes);
    writing_.reserve(max_waiting_bytes);
    thread_ = std::thread([this] { run(); });
  }
  ~log_queue() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  log_queue(const log_queue&) = delete;
  log_queue& operator=(const log_queue&) = delete;

  // line: without its newline.
  void write(std::string_view line) {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() + line.size() + 1 > max_waiting_bytes) {
        ++lost_;
        return;
      }
      waiting_.append(line).push_back('\n');
    }
    wake_.notify_one();
  }

 private:
  void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      waiting_.swap(writing_);
      if (lost_ != 0)
        writing_ += "{\"level\":\"warning\",\"message\":\"log lines lost\",\"count\":" +
                    std::to_string(lost_) + "}\n";
      lost_ = 0;
      lock.unlock();
      write_all(writing_);
      writing_.clear();
    }
  }

  static void write_all(std::string_view text) {
    while (!text.empty()) {
      const ssize_t n = ::write(STDOUT_FILENO, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return;  // nobody reads the log any more
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::string waiting_;
  std::string writing_;
  std::uint64_t lost_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};
