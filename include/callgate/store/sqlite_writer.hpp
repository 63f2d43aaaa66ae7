// SPDX-License-Identifier: Apache-2.0
// The writing side of the embedded database: one connection, one transaction at a time.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/sqlite_connection.hpp>
#include <callgate/store/sqlite_events.hpp>
#include <callgate/store/sqlite_options.hpp>
#include <callgate/store/sqlite_quarantine.hpp>
#include <callgate/store/sqlite_records.hpp>
#include <callgate/store/sqlite_schema.hpp>
#include <callgate/store/sqlite_tasks.hpp>
#include <callgate/store/task_registration.hpp>
#include <callgate/store/tell.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callgate::store {

// Threads: one, the store's writer. Lifetime: open() once; after any error but rejected, which
// begin_again() mends, the object goes and another one is opened, since a failed sync must not be
// followed by another one over the same pages.
class sqlite_writer {
 public:
  explicit sqlite_writer(const sqlite_options& options)
      : busy_timeout_ms_(static_cast<int>(options.busy_timeout.count())),
        records_(options.on_refusal),
        events_(records_, options.bounds),
        quarantine_(options.max_quarantine_rows, options.max_quarantine_bytes) {}
  sqlite_writer(const sqlite_writer&) = delete;
  sqlite_writer& operator=(const sqlite_writer&) = delete;

  // Opens, migrates and checkpoints. The checkpoint comes before anything is acknowledged: pages of
  // the log that were never synced may be visible now, and a duplicate of them must not be
  // answered.
  [[nodiscard]] errc open(const std::string& path, std::span<const record_set* const> sets = {}) {
    errc e = connect(path);
    if (e == errc::ok) e = use_records(sets);
    if (e == errc::ok) e = prepare();
    if (e == errc::ok) e = connection_.run_checkpoint(sqlite_connection::checkpoint::truncate);
    log_pages_ = 0;
    return note(e);
  }

  // Makes the tables of records that are new or have changed.
  [[nodiscard]] errc use_records(std::span<const record_set* const> sets) {
    sets_.assign(sets.begin(), sets.end());
    errc e = connection_.execute("BEGIN IMMEDIATE");
    if (e == errc::ok) e = records_.open(connection_, sets);
    if (e == errc::ok) e = connection_.execute("COMMIT");
    return note(e);
  }

  [[nodiscard]] errc begin() { return note(begin_.run()); }

  // with_rows: else the callback has none, as if the database had refused them.
  [[nodiscard]] errc append(append_request& request, bool with_rows = true) {
    if (const errc e = learn(request.mount, request.provider); e != errc::ok) return note(e);
    request.result = request.decided;
    request.quarantined = placement_of(request.decided) == placement::quarantine;
    if (request.failure != nullptr) *request.failure = std::string_view{};
    if (wants_told(request)) request.told->clear();
    errc e = request.quarantined ? errc::ok : events_.append(request, with_rows);
    if (e == errc::ok && request.quarantined) e = quarantine_.append(request);
    return note(e);
  }

  // After rejected: whether the database has ended the transaction, with all that was in it.
  [[nodiscard]] bool has_lost_transaction() const noexcept { return !connection_.in_transaction(); }

  // Forgets what was remembered of the lost transaction.
  [[nodiscard]] errc begin_again() {
    mounts_.clear();
    problem_.clear();
    const std::vector<const record_set*> sets = sets_;
    const errc e = use_records(sets);
    return note(e == errc::ok ? prepare() : e);
  }

  // Whether callbacks that came earlier may come later, out of a spool.
  void expect_earlier(bool expected) noexcept {
    expects_earlier_ = expected;
    events_.expect_earlier(expected);
  }

  // A callback that a spool kept, and how many quarantined bodies the spool had lost before it.
  [[nodiscard]] errc append_spooled(append_request& request, std::int64_t evicted,
                                    bool with_rows = true) {
    quarantine_.count_evicted(evicted);
    if (placement_of(request.decided) == placement::event)
      if (const errc e = records_.restore(request); e != errc::ok) return note(e);
    return append(request, with_rows);
  }

  // 0 when the consumer is new.
  [[nodiscard]] errc read_cursor(std::string_view consumer, std::int64_t* sequence) {
    auto rows = read_cursor_.query(consumer);
    *sequence = rows.next() ? rows.integer(0) : 0;
    return note(rows.error());
  }
  [[nodiscard]] errc forget_cursor(std::string_view consumer) {
    return note(forget_cursor_.run(consumer));
  }
  [[nodiscard]] errc save_cursor(std::string_view consumer, std::int64_t sequence) {
    return note(save_cursor_.run(consumer, sequence));
  }

  [[nodiscard]] errc dead_letter(std::string_view consumer, std::int64_t sequence,
                                 std::size_t attempts, std::string_view error) {
    return note(dead_letter_.run(consumer, sequence, attempts, error, wall_now()));
  }

  // *left: derive_records() goes on with its rows.
  [[nodiscard]] errc register_task(const task_registration& wanted, registered_task* got,
                                   bool* left) {
    if (const errc e = learn(wanted.mount, wanted.records->provider); e != errc::ok) return note(e);
    return note(tasks_.add(wanted, records_, got, left));
  }

  // Of tables that were made anew, up to limit tasks, and of tasks that were begun. *left: whether
  // some rows are not there yet.
  [[nodiscard]] errc derive_records(std::size_t limit, bool* left) {
    return note(records_.derive(limit, left));
  }

  // Of tasks that were begun.
  [[nodiscard]] errc derive_begun(bool* left) { return note(records_.derive_begun(left)); }

  // One small step of a removal: up to limit entries of a mount last touched before time. A task
  // whose rows the database keeps is kept, and the next step goes on behind it.
  struct removal {
    std::size_t entries = 0;
    std::size_t kept = 0;
    bool finished = false;  // nothing of the mount is as old any more, but what is kept
    std::int64_t after_time = std::numeric_limits<std::int64_t>::min();
    std::int64_t after_task = 0;
  };
  [[nodiscard]] errc remove_before(std::string_view mount, unix_micros time, std::size_t limit,
                                   removal* done) {
    *done = {.after_time = done->after_time, .after_task = done->after_task};
    errc e = remove_tasks(mount, time, limit, done);
    if (e == errc::ok && done->finished) {
      const std::size_t left = limit - done->entries - done->kept;
      e = quarantine_.remove_before(mount, time, left, &done->entries);
      done->finished = done->entries + done->kept < limit;
    }
    return note(e);
  }

  // One small step of removing the entry of this id; entries becomes 1 once it is gone, kept when
  // the database keeps its rows.
  [[nodiscard]] errc remove(std::string_view id, removal* done) {
    *done = {};
    std::int64_t task = 0;
    {
      auto rows = task_of_id_.query(id);
      if (rows.next()) task = rows.integer(0);
      if (rows.error() != errc::ok) return note(rows.error());
    }
    done->finished = task == 0;
    if (task == 0) return note(quarantine_.remove(id, &done->entries));
    std::size_t events_left = max_removed_events;
    fate of = fate::begun;
    const errc e = remove_task(task, &events_left, &of);
    done->finished = of != fate::begun;
    done->entries = of == fate::gone ? 1 : 0;
    done->kept = of == fate::kept ? 1 : 0;
    return note(e);
  }

  // Up to limit delivery keys whose time is over.
  [[nodiscard]] errc forget_deliveries(unix_micros now, std::size_t limit, std::size_t* removed) {
    if (expects_earlier_) return errc::ok;  // what comes out of a spool is judged by its own time
    const errc e = remove_deliveries_.run(now, limit);
    if (e == errc::ok) *removed = connection_.changed_rows();
    return note(e);
  }

  // Durable when it returns ok.
  [[nodiscard]] errc commit() {
    errc e = events_.save();
    if (e == errc::ok) e = quarantine_.save();
    if (e == errc::ok) e = commit_.run();
    return note(e);
  }

  [[nodiscard]] errc checkpoint(sqlite_connection::checkpoint kind) {
    return note(connection_.run_checkpoint(kind));
  }

  [[nodiscard]] int log_pages() const noexcept { return log_pages_; }
  [[nodiscard]] std::int64_t last_sequence() const noexcept { return events_.last(); }
  [[nodiscard]] std::int64_t evicted() const noexcept { return quarantine_.evicted(); }

  // About the error, for people.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  // A task of more events goes over several steps.
  static constexpr std::size_t max_removed_events = 1024;

  errc connect(const std::string& path) {
    if (const errc e = connection_.open_writable(path); e != errc::ok) return e;
    connection_.set_busy_timeout(busy_timeout_ms_);
    if (const errc e = sqlite_schema::check(connection_, &problem_); e != errc::ok) return e;
    // page_size only counts before the first table. Checkpoints are made by hand, see sqlite.hpp.
    // The cache (64 MiB) holds a batch and the indexes, so that nothing spills before its commit.
    for (const char* pragma :
         {"PRAGMA page_size = 16384", "PRAGMA synchronous = FULL", "PRAGMA wal_autocheckpoint = 0",
          "PRAGMA temp_store = MEMORY", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -65536"})
      if (const errc e = connection_.execute(pragma); e != errc::ok) return e;
    if (const errc e = use_log(); e != errc::ok) return e;
    connection_.watch_log(&log_pages_);
    return sqlite_schema::migrate(connection_);
  }

  // SQLite answers with the mode that it has, which is another one where shared memory is missing.
  errc use_log() {
    sqlite_statement mode;
    if (const errc e = mode.prepare(connection_, "PRAGMA journal_mode = WAL"); e != errc::ok)
      return e;
    auto rows = mode.query();
    if (!rows.next()) return rows.error();
    if (rows.bytes(0) == "wal") return errc::ok;
    return problem_ = "the file system cannot hold a write-ahead log", errc::io_error;
  }

  errc prepare() {
    const std::array<errc, 16> prepared{
        tasks_.open(connection_),
        events_.open(connection_),
        quarantine_.open(connection_),
        begin_.prepare(connection_, "BEGIN IMMEDIATE"),
        commit_.prepare(connection_, "COMMIT"),
        save_cursor_.prepare(connection_,
                             "INSERT INTO cursors (consumer, sequence) VALUES (?1, ?2)"
                             " ON CONFLICT (consumer) DO UPDATE SET sequence = ?2"),
        read_cursor_.prepare(connection_, "SELECT sequence FROM cursors WHERE consumer = ?1"),
        forget_cursor_.prepare(connection_, "DELETE FROM cursors WHERE consumer = ?1"),
        dead_letter_.prepare(connection_,
                             "INSERT INTO dead_letters (consumer, sequence, attempts, error, at)"
                             " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (consumer, sequence)"
                             " DO UPDATE SET attempts = ?3, error = ?4, at = ?5"),
        old_task_.prepare(connection_,
                          "SELECT number, last_received_at FROM tasks"
                          " WHERE mount = ?1 AND last_received_at < ?2"
                          " AND (last_received_at, number) > (?3, ?4)"
                          " ORDER BY last_received_at, number LIMIT 1"),
        task_of_id_.prepare(connection_, "SELECT number FROM tasks WHERE id = ?1"),
        add_mount_.prepare(connection_,
                           "INSERT OR IGNORE INTO mounts (mount, provider) VALUES (?1, ?2)"),
        remove_events_.prepare(connection_,
                               "DELETE FROM events WHERE sequence IN (SELECT sequence FROM events"
                               " WHERE task = ?1 ORDER BY sequence LIMIT ?2)"),
        remove_task_.prepare(connection_, "DELETE FROM tasks WHERE number = ?1"),
        remove_context_.prepare(connection_, "DELETE FROM task_context WHERE task = ?1"),
        remove_deliveries_.prepare(connection_,
                                   "DELETE FROM deliveries WHERE key IN (SELECT key FROM deliveries"
                                   " WHERE expires_at <= ?1 LIMIT ?2)")};
    for (const errc e : prepared)
      if (e != errc::ok) return e;
    return errc::ok;
  }

  enum class fate : std::uint8_t { begun, gone, kept };

  // Finished when no task is old any more; else the limit or the events of this step are used up.
  errc remove_tasks(std::string_view mount, unix_micros time, std::size_t limit, removal* done) {
    std::size_t events_left = max_removed_events;
    while (done->entries + done->kept < limit) {
      std::int64_t task = 0, touched = 0;
      {
        auto rows = old_task_.query(mount, time, done->after_time, done->after_task);
        if (!rows.next()) return done->finished = rows.error() == errc::ok, rows.error();
        task = rows.integer(0);
        touched = rows.integer(1);
      }
      fate of = fate::begun;
      const errc e = remove_task(task, &events_left, &of);
      if (e != errc::ok || of == fate::begun) return e;
      if (of == fate::gone) ++done->entries;
      if (of == fate::kept) ++done->kept, done->after_time = touched, done->after_task = task;
    }
    return errc::ok;
  }

  // Its rows first, since the database may keep them, and then the task stays whole. Then the
  // oldest events, as many as are left of this step. Begun: perhaps it has more of them, which the
  // next step sees.
  errc remove_task(std::int64_t task, std::size_t* events_left, fate* of) {
    sqlite_savepoint::ended end{};
    if (const errc e = records_.forget(task, &end); e != errc::ok) return e;
    if (end == sqlite_savepoint::ended::undone) return *of = fate::kept, errc::ok;
    if (const errc e = remove_events_.run(task, *events_left); e != errc::ok) return e;
    *events_left -= connection_.changed_rows();
    if (*events_left == 0) return errc::ok;
    *of = fate::gone;
    const errc e = remove_context_.run(task);
    return e == errc::ok ? remove_task_.run(task) : e;
  }

  // Few, and asked for every callback.
  [[nodiscard]] bool is_known(std::string_view mount, std::string_view provider) const noexcept {
    for (const auto& [known_mount, known_provider] : mounts_)
      if (known_mount == mount && known_provider == provider) return true;
    return false;
  }

  errc learn(std::string_view mount, std::string_view provider) {
    if (is_known(mount, provider)) return errc::ok;
    mounts_.emplace_back(mount, provider);
    return add_mount_.run(mount, provider);
  }

  // Keeps the first error's text; connect() may have set a better one.
  errc note(errc e) {
    if (e != errc::ok && problem_.empty()) problem_ = connection_.message();
    return e;
  }

  const int busy_timeout_ms_;
  int log_pages_ = 0;
  std::string problem_;
  sqlite_connection connection_;
  std::vector<const record_set*> sets_;
  sqlite_records records_;
  bool expects_earlier_ = false;
  sqlite_events events_;
  sqlite_tasks tasks_;
  sqlite_quarantine quarantine_;
  sqlite_statement begin_, commit_, save_cursor_, read_cursor_, forget_cursor_, dead_letter_;
  sqlite_statement task_of_id_, add_mount_;
  sqlite_statement old_task_, remove_events_, remove_task_, remove_context_;
  sqlite_statement remove_deliveries_;
  std::vector<std::pair<std::string, std::string>> mounts_;  // that are in the table
};

}  // namespace callgate::store
