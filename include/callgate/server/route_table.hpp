// SPDX-License-Identifier: Apache-2.0
// Which path belongs to which mount.
#pragma once

#include <callgate/core/startup_error.hpp>
#include <callgate/provider/route.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {

struct route_entry {
  std::size_t mount;  // index
  const route* how;   // the provider's constant
};

// Built at start, then only read. Cost of find(): a comparison per route.
class route_table {
 public:
  // Errors: startup_error when the path is taken.
  void add(std::size_t mount, const route& how) {
    if (find(how.path) != nullptr)
      throw startup_error("two mounts receive at " + std::string(how.path) +
                          ": mount one of them only, or give one a path of its own");
    entries_.push_back({mount, &how});
  }

  [[nodiscard]] const route_entry* find(std::string_view path) const noexcept {
    for (const route_entry& e : entries_)
      if (e.how->path == path) return &e;
    return nullptr;
  }

 private:
  std::vector<route_entry> entries_;
};

}  // namespace callgate
