// SPDX-License-Identifier: Apache-2.0
// The quarantine of the embedded store: bounded per mount, the oldest bodies go first and are
// counted.
#pragma once

#include <callgate/store/append_request.hpp>
#include <callgate/store/sqlite_connection.hpp>
#include <callgate/store/sqlite_options.hpp>
#include <callgate/store/uuid_source.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace callgate::store {

// Works inside the transaction of its caller. After a failure it is opened anew: what it remembers
// may then be ahead of the database.
class sqlite_quarantine {
 public:
  sqlite_quarantine(std::int64_t max_rows, std::int64_t max_bytes) noexcept
      : max_rows_(max_rows), max_bytes_(max_bytes) {}

  [[nodiscard]] errc open(sqlite_connection& connection) {
    const std::array<errc, 5> prepared{
        insert_.prepare(connection,
                        "INSERT INTO quarantine (number, id, mount, provider, task_id, result,"
                        " reason, stage, received_at, raw)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"),
        evict_.prepare(connection,
                       "DELETE FROM quarantine WHERE number ="
                       " (SELECT number FROM quarantine WHERE mount = ?1"
                       " ORDER BY received_at, number LIMIT 1)"
                       " RETURNING length(raw)"),
        remove_.prepare(connection,
                        "DELETE FROM quarantine WHERE number IN (SELECT number FROM quarantine"
                        " WHERE mount = ?1 AND received_at < ?2 ORDER BY received_at LIMIT ?3)"
                        " RETURNING length(raw)"),
        remove_one_.prepare(connection,
                            "DELETE FROM quarantine WHERE id = ?1 RETURNING mount, length(raw)"),
        save_.prepare(connection,
                      "UPDATE counters SET value = iif(name = 'evicted', ?1, ?2)"
                      " WHERE name IN ('evicted', 'quarantine')")};
    for (const errc e : prepared)
      if (e != errc::ok) return e;
    return load(connection);
  }

  // The request's result is the outcome to keep it with.
  [[nodiscard]] errc append(append_request& request) {
    request.sequence = last_ + 1;
    const uuid_source::text id = ids_.next();
    const errc e = insert_.run(request.sequence, id.view(), request.mount, request.provider,
                               request.task_id, static_cast<int>(request.result), request.reason,
                               request.stage, request.received_at, sqlite_blob_view{request.raw});
    if (e != errc::ok) return e;
    ++last_;
    totals& held = totals_of(request.mount);
    ++held.rows;
    held.bytes += static_cast<std::int64_t>(request.raw.size());
    return evict(request.mount, held);
  }

  // Removes up to limit bodies of a mount that came before time.
  [[nodiscard]] errc remove_before(std::string_view mount, unix_micros time, std::size_t limit,
                                   std::size_t* removed) {
    totals& held = totals_of(mount);
    auto rows = remove_.query(mount, time, limit);
    for (; rows.next(); ++*removed) {
      --held.rows;
      held.bytes -= rows.integer(0);
    }
    return rows.error();
  }

  // *removed becomes 1 when there was such a body.
  [[nodiscard]] errc remove(std::string_view id, std::size_t* removed) {
    auto rows = remove_one_.query(id);
    for (; rows.next(); ++*removed) {
      totals& held = totals_of(rows.bytes(0));
      --held.rows;
      held.bytes -= rows.integer(1);
    }
    return rows.error();
  }

  // Bodies that newer ones pushed out elsewhere.
  void count_evicted(std::int64_t bodies) noexcept { evicted_ += bodies; }

  // Before the transaction's commit.
  [[nodiscard]] errc save() {
    if (saved_ == last_ && saved_evicted_ == evicted_) return errc::ok;
    const errc e = save_.run(evicted_, last_);
    if (e == errc::ok) saved_ = last_, saved_evicted_ = evicted_;
    return e;
  }

  [[nodiscard]] std::int64_t evicted() const noexcept { return evicted_; }

 private:
  struct totals {
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
  };

  // The body that just came stays even when it alone is over the bound.
  errc evict(std::string_view mount, totals& held) {
    while (held.rows > 1 && (held.rows > max_rows_ || held.bytes > max_bytes_)) {
      auto rows = evict_.query(mount);
      if (!rows.next()) return rows.error() == errc::ok ? errc::corrupt : rows.error();
      --held.rows;
      held.bytes -= rows.integer(0);
      ++evicted_;
      while (rows.next()) continue;
      if (rows.error() != errc::ok) return rows.error();
    }
    return errc::ok;
  }

  errc load(sqlite_connection& connection) {
    sqlite_statement counters, sums;
    if (const errc e =
            counters.prepare(connection,
                             "SELECT (SELECT value FROM counters WHERE name = 'evicted'),"
                             " value FROM counters WHERE name = 'quarantine'");
        e != errc::ok)
      return e;
    auto counted = counters.query();
    if (!counted.next()) return counted.error() == errc::ok ? errc::corrupt : counted.error();
    evicted_ = saved_evicted_ = counted.integer(0);
    last_ = saved_ = counted.integer(1);
    if (const errc e = sums.prepare(
            connection, "SELECT mount, count(*), sum(length(raw)) FROM quarantine GROUP BY mount");
        e != errc::ok)
      return e;
    held_.clear();
    auto rows = sums.query();
    while (rows.next()) held_[rows.text(0)] = {rows.integer(1), rows.integer(2)};
    return rows.error();
  }

  totals& totals_of(std::string_view mount) {
    const auto found = held_.find(mount);
    return found != held_.end() ? found->second : held_[std::string{mount}];
  }

  sqlite_statement insert_, evict_, remove_, remove_one_, save_;
  uuid_source ids_;
  const std::int64_t max_rows_;
  const std::int64_t max_bytes_;
  std::map<std::string, totals, std::less<>> held_;
  std::int64_t last_ = 0;
  std::int64_t saved_ = 0;
  std::int64_t evicted_ = 0;
  std::int64_t saved_evicted_ = 0;
};

}  // namespace callgate::store
