// SPDX-License-Identifier: Apache-2.0
// Tasks whose rows are derived from so many callbacks that it takes several transactions.
#pragma once

#include <callgate/store/sqlite_connection.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace callgate::store {

// How much one transaction may derive: other callbacks wait behind it.
struct derivation_room {
  static constexpr std::size_t max_events = 1'024;
  static constexpr std::size_t max_bytes = 8 * 1024 * 1024;  // of bodies; one may be larger alone

  std::size_t tasks = 1;
  std::size_t events = max_events;
  std::size_t bytes = max_bytes;

  [[nodiscard]] bool is_used_up() const noexcept { return tasks == 0 || events == 0 || bytes == 0; }
  void take_event(std::size_t body_bytes) noexcept {
    --events;
    bytes -= body_bytes < bytes ? body_bytes : bytes;
  }
};

// The table task_derivations. Works inside the transaction of its caller.
class sqlite_record_backlog {
 public:
  struct entry {
    std::int64_t task = 0;
    std::int64_t after = 0;  // the sequence up to which its callbacks are derived
    std::string provider{};
  };

  [[nodiscard]] errc open(const sqlite_connection& connection) {
    const std::array<errc, 3> prepared{
        all_.prepare(connection,
                     "SELECT d.task, d.after, t.provider FROM task_derivations d"
                     " JOIN tasks t ON t.number = d.task ORDER BY d.task"),
        keep_.prepare(connection,
                      "INSERT INTO task_derivations (task, after) VALUES (?1, ?2)"
                      " ON CONFLICT (task) DO UPDATE SET after = ?2"),
        remove_.prepare(connection, "DELETE FROM task_derivations WHERE task = ?1")};
    for (const errc e : prepared)
      if (e != errc::ok) return e;
    return errc::ok;
  }

  [[nodiscard]] errc entries(std::vector<entry>* found) {
    auto rows = all_.query();
    while (rows.next()) found->push_back({rows.integer(0), rows.integer(1), rows.text(2)});
    return rows.error();
  }
  [[nodiscard]] errc keep(std::int64_t task, std::int64_t after) { return keep_.run(task, after); }
  [[nodiscard]] errc remove(std::int64_t task) { return remove_.run(task); }

 private:
  sqlite_statement all_, keep_, remove_;
};

}  // namespace callgate::store
