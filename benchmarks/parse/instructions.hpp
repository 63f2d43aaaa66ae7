// SPDX-License-Identifier: Apache-2.0
// Instructions that this process executes, where the machine counts them.
#pragma once

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <optional>

namespace parse_benchmark {

class instruction_counter {
 public:
  instruction_counter() noexcept {
    perf_event_attr wanted{};
    wanted.size = sizeof wanted;
    wanted.type = PERF_TYPE_HARDWARE;
    wanted.config = PERF_COUNT_HW_INSTRUCTIONS;
    wanted.exclude_kernel = 1;
    wanted.exclude_hv = 1;
    x_file = static_cast<int>(syscall(SYS_perf_event_open, &wanted, 0, -1, -1, 0));
  }
  ~instruction_counter() {
    if (x_file >= 0) close(x_file);
  }
  instruction_counter(const instruction_counter&) = delete;
  instruction_counter& operator=(const instruction_counter&) = delete;

  // Nothing where there are no counters: most virtual machines.
  [[nodiscard]] std::optional<std::uint64_t> now() const noexcept {
    std::uint64_t count = 0;
    if (x_file < 0 || read(x_file, &count, sizeof count) != sizeof count) return std::nullopt;
    return count;
  }

 private:
  int x_file = -1;
};

}  // namespace parse_benchmark
