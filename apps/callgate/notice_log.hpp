// SPDX-License-Identifier: Apache-2.0
// What a store tells of itself, as log lines.
#pragma once

#include "log_line.hpp"
#include "log_queue.hpp"

#include <callgate/store/notice.hpp>

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

// Keeps notices back until begin(): the store is at work before the server is there, and the log
// begins with the server's port.
class notice_log {
 public:
  explicit notice_log(log_queue& log) : log_(log) {}

  static void hear(void* self, const callgate::store::notice& what) {
    static_cast<notice_log*>(self)->take(what);
  }

  void begin() {
    const std::lock_guard lock(mutex_);
    for (const callgate::store::notice& each : early_) say(each);
    early_.clear();
    begun_ = true;
  }

 private:
  using notice = callgate::store::notice;

  void take(const notice& what) {
    const std::lock_guard lock(mutex_);
    if (begun_)
      say(what);
    else
      early_.push_back(what);
  }

  void say(const notice& what) {
    const std::string number = std::to_string(what.number);
    switch (what.what) {
      case notice::kind::lock_acquired: return line("info", "lock acquired");
      case notice::kind::passive:
        return line("info",
                    "passive: " + (what.number == 0 ? "another process" : "process " + number) +
                        " holds the data folder; callbacks are kept in a spool");
      case notice::kind::drained:
        return line("info", "active: " + number + " spooled callbacks drained");
      case notice::kind::spool_unreadable:
        return line("error", "a spool cannot be read to its end: it stays in the data folder");
      case notice::kind::disk_floor:
        return line("error", "callbacks are refused: " + number +
                                 " bytes are free on the disk, less than --disk-floor");
      case notice::kind::disk_floor_passed:
        return line("info", "callbacks are taken again: " + number + " bytes are free on the disk");
    }
  }

  void line(std::string_view level, const std::string& text) { log_line::say(log_, level, text); }

  log_queue& log_;
  std::mutex mutex_;
  std::vector<notice> early_;
  bool begun_ = false;
};
