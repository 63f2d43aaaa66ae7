// SPDX-License-Identifier: Apache-2.0
// Where a mount receives, as its provider is to be told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace callgate {

struct callback_url {
  std::string mount;
  std::string_view method;  // the provider's constant
  std::string url;

  // One for each route of the mount. base: without '/' at its end.
  template <class Mount>
  static void add(std::vector<callback_url>& to, const std::string& base, const Mount& mount) {
    const auto& routes = Mount::provider_type::routes;
    if (!mount.path.empty()) {
      to.push_back({mount.name, routes[0].method, base + mount.path});
      return;
    }
    for (const auto& each : routes)
      to.push_back({mount.name, each.method, base + std::string(each.path)});
  }
};

}  // namespace callgate
