// SPDX-License-Identifier: Apache-2.0
// The reading side of the embedded database: history, events and cursors, beside the writer.
#pragma once

#include <callgate/provider/record_set.hpp>
#include <callgate/store/dead_letter_entry.hpp>
#include <callgate/store/errc.hpp>
#include <callgate/store/event_query.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/history_query.hpp>
#include <callgate/store/record_rows.hpp>
#include <callgate/store/sqlite_connection.hpp>
#include <callgate/store/sqlite_entries.hpp>
#include <callgate/store/sqlite_feed.hpp>
#include <callgate/store/sqlite_history.hpp>
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

  // --- as event_store says
  [[nodiscard]] result<history_page, errc> history(const history_query& query) {
    return in_snapshot<history_page>(
        [&](statements& s, auto& page) { return s.history.page(query, page); });
  }
  [[nodiscard]] result<std::vector<history_entry>, errc> find(std::string_view name,
                                                              std::string_view provider,
                                                              std::size_t limit) {
    return in_snapshot<std::vector<history_entry>>([&](statements& s, auto& entries) {
      return s.history.find(name, provider, limit, entries);
    });
  }
  [[nodiscard]] result<std::optional<history_entry>, errc> entry(std::string_view id) {
    return in_snapshot<std::optional<history_entry>>(
        [&](statements& s, auto& found) { return s.history.entry(id, found); });
  }
  [[nodiscard]] result<std::optional<std::string>, errc> raw(std::string_view id,
                                                             std::int64_t sequence) {
    return in_snapshot<std::optional<std::string>>(
        [&](statements& s, auto& body) { return s.history.raw(id, sequence, body); });
  }
  [[nodiscard]] result<std::vector<std::string>, errc> mounts(std::string_view provider) {
    return in_snapshot<std::vector<std::string>>(
        [&](statements& s, auto& names) { return s.history.mounts(provider, names); });
  }
  [[nodiscard]] result<event_batch, errc> feed(const event_query& query) {
    return in_snapshot<event_batch>(
        [&](statements& s, auto& batch) { return s.feed.read(query, batch); });
  }

  [[nodiscard]] result<std::vector<stored_event>, errc> events(std::string_view mount,
                                                               std::int64_t after,
                                                               std::size_t limit) {
    return in_snapshot<std::vector<stored_event>>([&](statements& s, auto& events) {
      auto rows = s.events.query(mount, after, limit);
      while (rows.next()) {
        events.push_back(sqlite_event_row::event(rows));
        events.back().raw = rows.text(sqlite_event_row::column_count);
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
    sqlite_history history;
    sqlite_feed feed;
    sqlite_statement begin, end, events, cursor, dead_letters, record_table;

    errc open(const std::string& path, int busy_timeout_ms);
  };

  // Ends the transaction of a read, also when the read throws: there may be no memory for what it
  // finds.
  class snapshot {
   public:
    explicit snapshot(statements& s) : end_(s.end) {}
    snapshot(const snapshot&) = delete;
    snapshot& operator=(const snapshot&) = delete;
    ~snapshot() {
      if (!ended_) (void)end_.run();
    }
    errc end() { return ended_ = true, end_.run(); }

   private:
    sqlite_statement& end_;
    bool ended_ = false;
  };

  // Runs one read in one transaction: all its statements see the same state.
  template <class Value, class Read>
  result<Value, errc> in_snapshot(Read read) {
    const std::lock_guard lock{mutex_};
    if (!statements_) return failure{errc::not_open};
    if (const errc e = statements_->begin.run(); e != errc::ok) return failure{e};
    snapshot state{*statements_};
    Value value{};
    const errc e = read(*statements_, value);
    const errc ended = state.end();
    if (e != errc::ok || ended != errc::ok) return failure{e != errc::ok ? e : ended};
    return value;
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

  std::mutex mutex_;
  std::optional<statements> statements_;
};

inline errc sqlite_reader::statements::open(const std::string& path, int busy_timeout_ms) {
  if (const errc e = connection.open_readable(path); e != errc::ok) return e;
  connection.set_busy_timeout(busy_timeout_ms);
  if (const errc e = history.open(connection); e != errc::ok) return e;
  if (const errc e = feed.open(connection); e != errc::ok) return e;
  struct {
    sqlite_statement* statement;
    std::string sql;
  } const all[] = {
      {&begin, "BEGIN"},
      {&end, "COMMIT"},
      {&events, "SELECT " + std::string(sqlite_event_row::columns) +
                    ", e.raw FROM events e JOIN tasks t ON t.number = e.task"
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
