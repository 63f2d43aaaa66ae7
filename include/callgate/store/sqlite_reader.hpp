// SPDX-License-Identifier: Apache-2.0
// The reading side of the embedded database: history, events and cursors, beside the writer.
#pragma once

#include <callgate/store/dead_letter_entry.hpp>
#include <callgate/store/errc.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/newest_first.hpp>
#include <callgate/store/record_rows.hpp>
#include <callgate/store/sqlite_connection.hpp>
#include <callgate/store/sqlite_record_table.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::store {

// A read-only connection, so that reads see committed state only and never wait for the writer.
// Threads: every function from any thread.
// Errors: not_open before open() succeeded and after close().
class sqlite_reader {
 public:
  [[nodiscard]] errc open(const std::string& path, int busy_timeout_ms) {
    const std::lock_guard lock{mutex_};
    if (statements_) return errc::ok;
    statements_.emplace();
    const errc e = statements_->open(path, busy_timeout_ms);
    if (e != errc::ok) statements_.reset();
    return e;
  }

  void close() {
    const std::lock_guard lock{mutex_};
    statements_.reset();
  }

  [[nodiscard]] result<std::vector<history_entry>, errc> history(const history_query& query) {
    return in_snapshot<std::vector<history_entry>>([&](statements& s, auto& entries) {
      if (const errc e = add_tasks(s.recent_tasks, entries, query.provider, query.limit);
          e != errc::ok)
        return e;
      const errc e = add_quarantined(s.recent_quarantine, entries, query.provider, query.limit);
      newest_first(entries, query.limit);
      return e;
    });
  }

  [[nodiscard]] result<std::vector<history_entry>, errc> find(std::string_view id,
                                                              std::string_view provider) {
    return in_snapshot<std::vector<history_entry>>([&](statements& s, auto& entries) {
      if (const errc e = add_tasks(s.find_tasks, entries, provider, id); e != errc::ok) return e;
      for (history_entry& task : entries)
        if (const errc e = add_details(s, task); e != errc::ok) return e;
      const errc e = add_quarantined(s.find_quarantine, entries, provider, id);
      newest_first(entries, entries.size());
      return e;
    });
  }

  [[nodiscard]] result<std::vector<stored_event>, errc> events(std::string_view mount,
                                                               std::int64_t after,
                                                               std::size_t limit) {
    return in_snapshot<std::vector<stored_event>>([&](statements& s, auto& events) {
      auto rows = s.events.query(mount, after, limit);
      while (rows.next()) {
        events.push_back(event_of(rows));
        events.back().raw = rows.text(10);
      }
      return rows.error();
    });
  }

  [[nodiscard]] result<std::int64_t, errc> cursor(std::string_view consumer) {
    return in_snapshot<std::int64_t>([&](statements& s, auto& sequence) {
      auto rows = s.cursor.query(consumer);
      if (rows.next()) sequence = rows.integer(0);
      return rows.error();
    });
  }

  [[nodiscard]] result<std::vector<dead_letter_entry>, errc> dead_letters(std::string_view consumer,
                                                                          std::size_t limit) {
    return in_snapshot<std::vector<dead_letter_entry>>([&](statements& s, auto& letters) {
      auto rows = s.dead_letters.query(consumer, limit);
      while (rows.next())
        letters.push_back({rows.text(0), rows.integer(1), static_cast<std::size_t>(rows.integer(2)),
                           rows.text(3), rows.integer(4)});
      return rows.error();
    });
  }

  [[nodiscard]] result<std::vector<record_rows>, errc> records(const record_set& set,
                                                               std::string_view mount,
                                                               std::string_view task_id) {
    return in_snapshot<std::vector<record_rows>>([&](statements& s, auto& found) {
      for (const record_plan& plan : set.plans) {
        found.push_back({&plan});
        const record_table_sql sql{set.provider, plan};
        if (const errc e = add_rows(s, sql, mount, task_id, found.back()); e != errc::ok) return e;
      }
      return errc::ok;
    });
  }

 private:
  struct statements {
    sqlite_connection connection;
    sqlite_statement begin, end, recent_tasks, recent_quarantine, find_tasks, find_quarantine;
    sqlite_statement timeline, raw_of_event, events, cursor, dead_letters, record_table;

    errc open(const std::string& path, int busy_timeout_ms);
  };

  // Runs one read in one transaction: all its statements see the same state.
  template <class Value, class Read>
  result<Value, errc> in_snapshot(Read read) {
    const std::lock_guard lock{mutex_};
    if (!statements_) return failure{errc::not_open};
    if (const errc e = statements_->begin.run(); e != errc::ok) return failure{e};
    Value value{};
    const errc e = read(*statements_, value);
    const errc ended = statements_->end.run();
    if (e != errc::ok || ended != errc::ok) return failure{e != errc::ok ? e : ended};
    return value;
  }

  // what: the limit of the recent entries, or the id to find.
  template <class What>
  static errc add_tasks(sqlite_statement& select, std::vector<history_entry>& entries,
                        std::string_view provider, const What& what) {
    auto rows = select.query(provider, what);
    while (rows.next()) {
      history_entry& entry = entries.emplace_back();
      entry.id = rows.text(0);
      entry.mount = rows.text(1);
      entry.provider = rows.text(2);
      entry.task_id = rows.text(3);
      entry.result = static_cast<outcome>(rows.integer(4));
      entry.stage = rows.text(5);
      entry.status = static_cast<task_status>(rows.integer(6));
      entry.last_stage = rows.text(7);
      entry.code = rows.optional_integer(8);
      entry.message = rows.text(9);
      entry.first_received_at = rows.integer(10);
      entry.last_received_at = rows.integer(11);
      entry.callbacks = rows.integer(12);
      entry.sequence = rows.integer(13);
    }
    return rows.error();
  }

  template <class What>
  static errc add_quarantined(sqlite_statement& select, std::vector<history_entry>& entries,
                              std::string_view provider, const What& what) {
    auto rows = select.query(provider, what);
    while (rows.next()) {
      history_entry& entry = entries.emplace_back();
      entry.id = rows.text(0);
      entry.mount = rows.text(1);
      entry.provider = rows.text(2);
      entry.task_id = rows.text(3);
      entry.quarantined = true;
      entry.result = static_cast<outcome>(rows.integer(4));
      entry.reason = rows.text(5);
      entry.last_stage = rows.text(6);
      entry.first_received_at = entry.last_received_at = rows.integer(7);
      entry.callbacks = 1;
      entry.sequence = rows.integer(8);
      entry.raw = rows.text(9);
    }
    return rows.error();
  }

  // The timeline, and the body of the callback that set the stage (of the last one when none did).
  static errc add_details(statements& s, history_entry& task) {
    auto rows = s.timeline.query(task.task_id, task.mount);
    while (rows.next()) task.timeline.push_back(event_of(rows));
    if (rows.error() != errc::ok) return rows.error();
    auto bodies = s.raw_of_event.query(task.task_id, task.mount);
    if (bodies.next()) task.raw = bodies.text(0);
    return bodies.error();
  }

  // Without rows while the writer has not made the table yet.
  static errc add_rows(statements& s, const record_table_sql& sql, std::string_view mount,
                       std::string_view task_id, record_rows& into) {
    {
      const std::string name = sql.name();
      auto made = s.record_table.query(std::string_view{name});
      if (!made.next()) return made.error();
    }
    sqlite_statement select;
    const std::string text = sql.select_rows();
    if (const errc e = select.prepare(s.connection, text); e != errc::ok) return e;
    auto rows = select.query(task_id, mount);
    while (rows.next()) {
      std::vector<record_value>& row = into.rows.emplace_back();
      for (std::size_t c = 0; c < sql.plan.columns.size(); ++c)
        row.push_back(value_of(rows.value(static_cast<int>(c)), sql.plan.columns[c].type));
    }
    return rows.error();
  }

  static record_value value_of(const scalar& value, column_type type) {
    if (value.kind == scalar::type::null) return {};
    if (type == column_type::boolean) return value.integer != 0;
    if (type == column_type::real && value.kind == scalar::type::integer)
      return static_cast<double>(value.integer);
    return owned(value);
  }

  static stored_event event_of(const sqlite_rows& rows) {
    stored_event event;
    event.sequence = rows.integer(0);
    event.mount = rows.text(1);
    event.provider = rows.text(2);
    event.task_id = rows.text(3);
    event.stage = rows.text(4);
    event.result = static_cast<outcome>(rows.integer(5));
    event.moved = rows.integer(6) != 0;
    event.code = rows.optional_integer(7);
    event.message = rows.text(8);
    event.received_at = rows.integer(9);
    return event;
  }

  std::mutex mutex_;
  std::optional<statements> statements_;
};

inline errc sqlite_reader::statements::open(const std::string& path, int busy_timeout_ms) {
  if (const errc e = connection.open_readable(path); e != errc::ok) return e;
  connection.set_busy_timeout(busy_timeout_ms);
  struct {
    sqlite_statement* statement;
    const char* sql;
  } const all[] = {
      {&begin, "BEGIN"},
      {&end, "COMMIT"},
      {&recent_tasks,
       "SELECT id, mount, provider, task_id, last_result, stage, status, last_stage, code, message,"
       " first_received_at, last_received_at, callbacks, last_sequence FROM tasks"
       " WHERE ?1 = '' OR mount = ?1 OR provider = ?1 ORDER BY last_received_at DESC LIMIT ?2"},
      {&recent_quarantine,
       "SELECT id, mount, provider, task_id, result, reason, stage, received_at, number, x''"
       " FROM quarantine WHERE ?1 = '' OR mount = ?1 OR provider = ?1"
       " ORDER BY received_at DESC LIMIT ?2"},
      {&find_tasks,
       "SELECT id, mount, provider, task_id, last_result, stage, status, last_stage, code, message,"
       " first_received_at, last_received_at, callbacks, last_sequence FROM tasks"
       " WHERE (id = ?2 OR task_id = ?2) AND (?1 = '' OR mount = ?1 OR provider = ?1)"},
      {&find_quarantine,
       "SELECT id, mount, provider, task_id, result, reason, stage, received_at, number, raw"
       " FROM quarantine WHERE (id = ?2 OR (task_id = ?2 AND task_id <> ''))"
       " AND (?1 = '' OR mount = ?1 OR provider = ?1)"},
      {&timeline,
       "SELECT e.sequence, e.mount, e.provider, t.task_id, e.stage, e.result, e.moved, e.code,"
       " e.message, e.received_at FROM tasks t JOIN events e ON e.task = t.number"
       " WHERE t.task_id = ?1 AND t.mount = ?2 ORDER BY e.sequence"},
      {&raw_of_event,
       "SELECT e.raw FROM tasks t JOIN events e"
       " ON e.sequence = iif(t.stage_sequence > 0, t.stage_sequence, t.last_sequence)"
       " WHERE t.task_id = ?1 AND t.mount = ?2"},
      {&events,
       "SELECT e.sequence, e.mount, e.provider, t.task_id, e.stage, e.result, e.moved, e.code,"
       " e.message, e.received_at, e.raw FROM events e JOIN tasks t ON t.number = e.task"
       " WHERE e.mount = ?1 AND e.sequence > ?2 ORDER BY e.sequence LIMIT ?3"},
      {&record_table, "SELECT 1 FROM record_tables WHERE name = ?1"},
      {&cursor, "SELECT sequence FROM cursors WHERE consumer = ?1"},
      {&dead_letters,
       "SELECT consumer, sequence, attempts, error, at FROM dead_letters WHERE consumer = ?1"
       " ORDER BY sequence LIMIT ?2"}};
  for (const auto& [statement, sql] : all)
    if (const errc e = statement->prepare(connection, sql); e != errc::ok) return e;
  return errc::ok;
}

}  // namespace callgate::store
