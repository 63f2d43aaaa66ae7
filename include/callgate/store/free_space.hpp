// SPDX-License-Identifier: Apache-2.0
// How much may still be written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sys/statvfs.h>

namespace callgate::store {

// Units: bytes that are free for everybody, in the file system of a path. Nothing when the system
// cannot tell. Threads: may block as long as the disk does.
[[nodiscard]] inline std::optional<std::uint64_t> free_space(const std::string& path) noexcept {
  struct statvfs about {};
  if (::statvfs(path.c_str(), &about) != 0) return std::nullopt;
  return static_cast<std::uint64_t>(about.f_bavail) * about.f_frsize;
}

}  // namespace callgate::store
