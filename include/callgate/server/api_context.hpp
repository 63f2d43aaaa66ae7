// SPDX-License-Identifier: Apache-2.0
// What the API knows of the program beside its store: the mounts, their records and codes.
#pragma once

#include <callgate/provider/record_set.hpp>
#include <callgate/server/code_json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace callgate {

struct api_mount {
  std::string name;
  std::string_view provider;
  const record_set* records;
  const record_set* single_rows = nullptr;  // of which a task has one row: what a list shows
};

// Lifetime: of the application.
struct api_context {
  code_lookup codes{};
  std::vector<api_mount> mounts{};

  // Of a mount that the store may know from earlier runs; nullptr when it is mounted no more.
  [[nodiscard]] const api_mount* find(std::string_view mount) const noexcept {
    for (const api_mount& m : mounts)
      if (m.name == mount) return &m;
    return nullptr;
  }
};

}  // namespace callgate
