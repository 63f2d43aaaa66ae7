// SPDX-License-Identifier: Apache-2.0
// The history of the embedded database: pages in one order over two tables, and single entries.
//
//   page: a stream per table (and mount), newest first by an index -> merged -> filtered -> page
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/history_query.hpp>
#include <callgate/store/sqlite_connection.hpp>
#include <callgate/store/sqlite_entries.hpp>
#include <callgate/store/sqlite_mounts.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callgate::store {

// Threads and snapshot: its caller's. Cost: seeks; a page looks at max_examined_entries at most,
// and copies only what it answers.
class sqlite_history {
 public:
  [[nodiscard]] errc open(const sqlite_connection& connection) {
    connection_ = &connection;
    if (const errc e = mounts_.open(connection); e != errc::ok) return e;
    struct {
      sqlite_statement* statement;
      std::string sql;
    } const all[] = {{&task_by_id_, select<sqlite_task_row>("tasks", "id = ?1")},
                     {&task_by_task_, select<sqlite_task_row>("tasks", "task_id = ?1")},
                     {&task_by_record_, select<sqlite_task_row>("tasks", record_is)},
                     {&body_by_id_, select<sqlite_quarantine_row>("quarantine", "id = ?1")},
                     {&body_by_task_, select<sqlite_quarantine_row>("quarantine", body_task_is)},
                     {&timeline_, std::string(timeline_sql())},
                     {&raw_of_task_, raw_of_task_sql},
                     {&raw_of_event_, raw_of_event_sql},
                     {&raw_of_body_, raw_of_body_sql}};
    for (const auto& [statement, sql] : all)
      if (const errc e = statement->prepare(connection, sql); e != errc::ok) return e;
    return errc::ok;
  }

  [[nodiscard]] errc page(const history_query& query, history_page& out) {
    std::vector<std::string> mounts;
    std::list<stream> streams;
    if (const errc e = open_streams(query, mounts, streams); e != errc::ok) return e;
    history_position last;
    for (std::size_t examined = 0;; ++examined) {
      stream* next = newest(streams);
      if (next == nullptr) return errc::ok;
      if (out.entries.size() == query.limit || examined == limits::max_examined_entries)
        return out.next = last, errc::ok;
      last = next->head;
      if (matches(query, next->view())) out.entries.push_back(next->entry());
      if (const errc e = next->advance(); e != errc::ok) return e;
    }
  }

  [[nodiscard]] errc find(std::string_view name, std::string_view provider, std::size_t limit,
                          std::vector<history_entry>& out) {
    for (sqlite_statement* tasks : {&task_by_id_, &task_by_task_, &task_by_record_})
      if (const errc e = add<sqlite_task_row>(*tasks, name, provider, limit, out); e != errc::ok)
        return e;
    for (sqlite_statement* bodies : {&body_by_id_, &body_by_task_})
      if (const errc e = add<sqlite_quarantine_row>(*bodies, name, provider, limit, out);
          e != errc::ok)
        return e;
    return errc::ok;
  }

  [[nodiscard]] errc entry(std::string_view id, std::optional<history_entry>& out) {
    std::vector<history_entry> found;
    errc e = add<sqlite_task_row>(task_by_id_, id, {}, 1, found);
    if (e == errc::ok) e = add<sqlite_quarantine_row>(body_by_id_, id, {}, 1, found);
    if (e != errc::ok || found.empty()) return e;
    out = std::move(found.front());
    if (!out->quarantined) e = add_timeline(*out);
    std::optional<std::string> body;
    if (e == errc::ok) e = raw(id, 0, body);
    if (body) out->raw = std::move(*body);
    return e;
  }

  [[nodiscard]] errc raw(std::string_view id, std::int64_t sequence,
                         std::optional<std::string>& out) {
    if (sequence != 0) return read_raw(raw_of_event_.query(id, sequence), out);
    const errc e = read_raw(raw_of_task_.query(id), out);
    return e != errc::ok || out ? e : read_raw(raw_of_body_.query(id), out);
  }

  [[nodiscard]] errc mounts(std::string_view provider, std::vector<std::string>& out) {
    return mounts_.read(provider, out);
  }

  // --- the statements of pages, for tests of how SQLite runs them
  // ?1, ?2: behind this time and number; ?3: not before this time; ?4: the mount.
  [[nodiscard]] static std::string tasks_sql(bool of_mount) {
    return stream_sql(sqlite_task_row::columns, "tasks", "last_received_at", of_mount);
  }
  [[nodiscard]] static std::string bodies_sql(bool of_mount) {
    return stream_sql(sqlite_quarantine_row::columns, "quarantine", "received_at", of_mount);
  }
  // ?1: the name, ?2: the provider, ?3: the limit.
  template <class Row>
  [[nodiscard]] static std::string select(std::string_view table, std::string_view where) {
    return "SELECT " + std::string(Row::columns) + " FROM " + std::string(table) + " WHERE " +
           std::string(where) +
           " AND (?2 = '' OR mount IN (SELECT mount FROM mounts WHERE mount = ?2 OR provider = ?2))"
           " ORDER BY number DESC LIMIT ?3";
  }
  static constexpr std::string_view record_is = "record_id = ?1 AND record_id <> ''";
  static constexpr std::string_view body_task_is = "task_id = ?1 AND task_id <> ''";
  [[nodiscard]] static std::string timeline_sql() {
    return "SELECT " + std::string(sqlite_event_row::columns) +
           " FROM events e JOIN tasks t ON t.number = e.task"
           " WHERE e.task = (SELECT number FROM tasks WHERE id = ?1)"
           " ORDER BY e.sequence DESC LIMIT ?2";
  }

 private:
  // One table in the history's order, as far as one mount is concerned or all.
  class stream {
   public:
    history_position head{};

    stream(sqlite_statement select, bool quarantined, const history_query& query,
           std::string_view mount)
        : select_(std::move(select)),
          quarantined_(quarantined),
          rows_(start(select_, quarantined, query, mount)) {}

    // live() tells whether there is another row.
    [[nodiscard]] errc advance() {
      live_ = rows_.next();
      if (live_)
        head = quarantined_ ? sqlite_quarantine_row::position(rows_)
                            : sqlite_task_row::position(rows_);
      return rows_.error();
    }
    [[nodiscard]] bool live() const noexcept { return live_; }
    [[nodiscard]] entry_view view() const noexcept {
      return quarantined_ ? sqlite_quarantine_row::view(rows_) : sqlite_task_row::view(rows_);
    }
    [[nodiscard]] history_entry entry() const {
      return quarantined_ ? sqlite_quarantine_row::entry(rows_) : sqlite_task_row::entry(rows_);
    }

   private:
    // Of one time all tasks come before all quarantined bodies; numbers begin at 1.
    static sqlite_rows start(sqlite_statement& select, bool quarantined, const history_query& query,
                             std::string_view mount) noexcept {
      const history_position begin = begin_of(query);
      const std::int64_t other = quarantined ? std::numeric_limits<std::int64_t>::max() : 0;
      const std::int64_t number = begin.quarantined == quarantined ? begin.number : other;
      const unix_micros from = query.from.value_or(std::numeric_limits<unix_micros>::min());
      return mount.empty() ? select.query(begin.at, number, from)
                           : select.query(begin.at, number, from, mount);
    }

    sqlite_statement select_;
    bool quarantined_;
    sqlite_rows rows_;
    bool live_ = false;
  };

  static std::string stream_sql(std::string_view columns, std::string_view table,
                                std::string_view time, bool of_mount) {
    const std::string t(time);
    return "SELECT " + std::string(columns) + " FROM " + std::string(table) + " WHERE (" + t +
           ", number) < (?1, ?2) AND " + t + " >= ?3" + (of_mount ? " AND mount = ?4" : "") +
           " ORDER BY " + t + " DESC, number DESC";
  }

  // The mounts' names are borrowed by the streams.
  errc open_streams(const history_query& query, std::vector<std::string>& mounts,
                    std::list<stream>& streams) {
    if (query.provider.empty())
      mounts.emplace_back();
    else if (const errc e = mounts_.read(query.provider, mounts); e != errc::ok)
      return e;
    for (const std::string& mount : mounts)
      for (const bool quarantined : {false, true})
        if (wants(query, quarantined))
          if (const errc e = open_stream(query, mount, quarantined, streams); e != errc::ok)
            return e;
    return errc::ok;
  }

  errc open_stream(const history_query& query, std::string_view mount, bool quarantined,
                   std::list<stream>& streams) {
    sqlite_statement select;
    const std::string sql = quarantined ? bodies_sql(!mount.empty()) : tasks_sql(!mount.empty());
    if (const errc e = select.prepare(*connection_, sql); e != errc::ok) return e;
    return streams.emplace_back(std::move(select), quarantined, query, mount).advance();
  }

  static stream* newest(std::list<stream>& streams) noexcept {
    stream* found = nullptr;
    for (stream& s : streams)
      if (s.live() && (found == nullptr || comes_before(s.head, found->head))) found = &s;
    return found;
  }

  // One entry may fit by two of its names.
  template <class Row>
  static errc add(sqlite_statement& select, std::string_view name, std::string_view provider,
                  std::size_t limit, std::vector<history_entry>& out) {
    auto rows = select.query(name, provider, limit);
    while (out.size() < limit && rows.next()) {
      history_entry e = Row::entry(rows);
      const auto is_same = [&](const history_entry& other) { return other.id == e.id; };
      if (std::none_of(out.begin(), out.end(), is_same)) out.push_back(std::move(e));
    }
    return rows.error();
  }

  errc add_timeline(history_entry& task) {
    auto rows = timeline_.query(task.id, limits::max_timeline_events + 1);
    while (rows.next()) task.timeline.push_back(sqlite_event_row::event(rows));
    task.timeline_truncated = task.timeline.size() > limits::max_timeline_events;
    if (task.timeline_truncated) task.timeline.pop_back();
    std::reverse(task.timeline.begin(), task.timeline.end());
    return rows.error();
  }

  static errc read_raw(sqlite_rows rows, std::optional<std::string>& out) {
    if (rows.next()) out = rows.text(0);
    return rows.error();
  }

  // Of the callback that set the stage, of the last one when none did.
  static constexpr const char* raw_of_task_sql =
      "SELECT e.raw FROM tasks t JOIN events e"
      " ON e.sequence = iif(t.stage_sequence > 0, t.stage_sequence, t.last_sequence)"
      " WHERE t.id = ?1";
  static constexpr const char* raw_of_event_sql =
      "SELECT raw FROM events WHERE sequence = ?2"
      " AND task = (SELECT number FROM tasks WHERE id = ?1)";
  static constexpr const char* raw_of_body_sql = "SELECT raw FROM quarantine WHERE id = ?1";

  const sqlite_connection* connection_ = nullptr;
  sqlite_mounts mounts_;
  sqlite_statement task_by_id_, task_by_task_, task_by_record_, body_by_id_, body_by_task_;
  sqlite_statement timeline_, raw_of_task_, raw_of_event_, raw_of_body_;
};

}  // namespace callgate::store
