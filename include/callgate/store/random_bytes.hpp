// SPDX-License-Identifier: Apache-2.0
// Bytes that nobody can foretell.
#pragma once

#include <cstddef>
#include <span>

#include <sys/random.h>
#include <sys/types.h>

namespace callgate::store {

// From the operating system, which has them once it has started. Cost: a system call.
inline void fill_random(std::span<std::byte> out) noexcept {
  while (!out.empty()) {
    const ssize_t n = ::getrandom(out.data(), out.size(), 0);
    if (n > 0) out = out.subspan(static_cast<std::size_t>(n));  // fewer, or none, after a signal
  }
}

}  // namespace callgate::store
