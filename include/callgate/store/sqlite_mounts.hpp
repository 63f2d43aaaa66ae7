// SPDX-License-Identifier: Apache-2.0
// What a provider's name stands for in the embedded database.
#pragma once

#include <callgate/store/sqlite_connection.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace callgate::store {

// Threads and snapshot: its caller's.
class sqlite_mounts {
 public:
  [[nodiscard]] errc open(const sqlite_connection& connection) {
    return select_.prepare(connection,
                           "SELECT DISTINCT mount FROM mounts"
                           " WHERE ?1 = '' OR mount = ?1 OR provider = ?1 ORDER BY mount");
  }

  // Adds the mounts of this name or of the provider of this name; all when it is empty.
  [[nodiscard]] errc read(std::string_view provider, std::vector<std::string>& mounts) {
    auto rows = select_.query(provider);
    while (rows.next()) mounts.push_back(rows.text(0));
    return rows.error();
  }

 private:
  sqlite_statement select_;
};

}  // namespace callgate::store
