// SPDX-License-Identifier: Apache-2.0
// Events of the embedded database, in the order of their sequence.
//
//   sequences behind the cursor, by an index (per mount) -> sorted -> events, until enough
#pragma once

#include <callgate/store/event_query.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/sqlite_connection.hpp>
#include <callgate/store/sqlite_entries.hpp>
#include <callgate/store/sqlite_mounts.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::store {

// Threads and snapshot: its caller's.
class sqlite_feed {
 public:
  [[nodiscard]] errc open(const sqlite_connection& connection) {
    const errc prepared[] = {
        mounts_.open(connection), of_all_.prepare(connection, of_all_sql),
        of_mount_.prepare(connection, of_mount_sql), event_.prepare(connection, event_sql()),
        last_.prepare(connection, "SELECT value FROM counters WHERE name = 'events'")};
    for (const errc e : prepared)
      if (e != errc::ok) return e;
    return errc::ok;
  }

  [[nodiscard]] errc read(const event_query& query, event_batch& out) {
    if (const errc e = read_last(out); e != errc::ok) return e;
    std::vector<std::int64_t> sequences;
    if (const errc e = find(query, sequences); e != errc::ok) return e;
    std::size_t bytes = 0;
    for (const std::int64_t sequence : sequences) {
      auto rows = event_.query(sequence);
      if (!rows.next()) return rows.error() == errc::ok ? errc::corrupt : rows.error();
      const std::string_view raw = rows.bytes(sqlite_event_row::column_count);
      if (!out.events.empty() && bytes + raw.size() > query.max_bytes) break;
      bytes += raw.size();
      out.events.push_back(sqlite_event_row::event(rows));
      out.events.back().raw = raw;
    }
    // What was cut off comes next; else everything that was committed has been looked at.
    const bool cut = sequences.size() == query.limit || out.events.size() < sequences.size();
    out.next_after = cut && !out.events.empty() ? out.events.back().sequence
                                                : std::max(query.after, out.last_sequence);
    return errc::ok;
  }

  // --- its statements, for tests of how SQLite runs them
  static constexpr const char* of_all_sql =
      "SELECT sequence FROM events WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
  static constexpr const char* of_mount_sql =
      "SELECT sequence FROM events WHERE mount = ?3 AND sequence > ?1 ORDER BY sequence LIMIT ?2";

 private:
  static std::string event_sql() {
    return "SELECT " + std::string(sqlite_event_row::columns) +
           ", e.raw FROM events e JOIN tasks t ON t.number = e.task WHERE e.sequence = ?1";
  }

  errc read_last(event_batch& out) {
    auto rows = last_.query();
    if (!rows.next()) return rows.error() == errc::ok ? errc::corrupt : rows.error();
    out.last_sequence = rows.integer(0);
    return errc::ok;
  }

  errc find(const event_query& query, std::vector<std::int64_t>& sequences) {
    if (query.provider.empty()) return add(of_all_.query(query.after, query.limit), sequences);
    std::vector<std::string> mounts;
    if (const errc e = mounts_.read(query.provider, mounts); e != errc::ok) return e;
    for (const std::string& mount : mounts)
      if (const errc e = add(of_mount_.query(query.after, query.limit, mount), sequences);
          e != errc::ok)
        return e;
    std::sort(sequences.begin(), sequences.end());
    if (sequences.size() > query.limit) sequences.resize(query.limit);
    return errc::ok;
  }

  static errc add(sqlite_rows rows, std::vector<std::int64_t>& sequences) {
    while (rows.next()) sequences.push_back(rows.integer(0));
    return rows.error();
  }

  sqlite_mounts mounts_;
  sqlite_statement of_all_, of_mount_, event_, last_;
};

}  // namespace callgate::store
