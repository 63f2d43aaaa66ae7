// SPDX-License-Identifier: Apache-2.0
// Callbacks that a receiver acknowledged while another process held the data folder: a small
// database in a folder of its own, held by one process at a time.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/data_folder.hpp>
#include <callgate/store/errc.hpp>
#include <callgate/store/sqlite_connection.hpp>
#include <callgate/store/sqlite_options.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace callgate::store {

// Rows are numbered from 1 on without holes, but for quarantined bodies that newer ones pushed out.
// Threads: one, the store's writer.
class sqlite_spool {
 public:
  // Errors: startup_error when its folder cannot be made or written.
  sqlite_spool(std::string name, const sqlite_options& options)
      : name_(std::move(name)),
        folder_(options.folder + '/' + name_, data_folder::unheld{}),
        database_(folder_.path() + "/spool.db"),
        busy_timeout_ms_(static_cast<int>(options.busy_timeout.count())),
        max_rows_(options.max_quarantine_rows),
        max_bytes_(options.max_quarantine_bytes) {}

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  // The lock comes before the database: a database whose lock is free was left by a receiver that
  // has ended.
  [[nodiscard]] bool hold() noexcept { return folder_.try_hold(); }
  [[nodiscard]] bool has_database() const noexcept {
    return ::access(database_.c_str(), F_OK) == 0;
  }

  // Makes the database when it is missing. After a failure: anew, as sqlite_writer says.
  [[nodiscard]] errc open() {
    close();
    problem_.clear();
    if (folder_.sync_parent() != 0) return problem_ = "the disk cannot sync", errc::io_error;
    errc e = connect();
    if (e == errc::ok) e = connection_.run_checkpoint(sqlite_connection::checkpoint::truncate);
    if (e == errc::ok) e = prepare();
    if (e == errc::ok) e = load();
    return note(e);
  }
  [[nodiscard]] bool is_open() const noexcept { return connection_.is_open(); }

  // A list linked by next. Durable when it returns ok, with their outcomes filled in.
  [[nodiscard]] errc keep(append_request* first) {
    std::int64_t number = last_;
    errc e = begin_.run();
    for (append_request* r = first; r != nullptr && e == errc::ok; r = r->next)
      e = insert(*r, ++number);
    if (e == errc::ok) e = commit_.run();
    if (e != errc::ok) return note(e);
    last_ = number;
    for (append_request* r = first; r != nullptr; r = r->next) {
      r->quarantined = is_quarantined(*r);
      r->result = r->quarantined ? r->decided : outcome::passive;
      r->sequence = 0;
    }
    return errc::ok;
  }

  // Calls visit(number, request) for rows above the given number, in order, until it answers false
  // or as many are read as one transaction of the database should take.
  template <class Visit>
  [[nodiscard]] errc read(std::int64_t after, Visit visit) {
    std::size_t bytes = 0;
    auto rows = select_.query(after, limits::max_drained_rows);
    while (rows.next()) {
      append_request one = request_of(rows);
      bytes += one.raw.size();
      if (!visit(rows.integer(0), one) || bytes >= limits::max_drained_bytes) return errc::ok;
    }
    return note(rows.error());
  }

  [[nodiscard]] bool is_empty() const noexcept { return last_ == 0; }

  void close() noexcept {
    begin_ = {}, commit_ = {}, insert_ = {}, evict_ = {}, select_ = {};
    connection_.close();
  }

  // With all that is in it. Returns 0 or errno; then it is there, or partly.
  [[nodiscard]] int remove() noexcept {
    close();
    for (const char* suffix : {"-wal", "-shm", ""})
      if (::unlink((database_ + suffix).c_str()) != 0 && errno != ENOENT) return errno;
    if (::unlink((folder_.path() + "/lock").c_str()) != 0) return errno;
    return ::rmdir(folder_.path().c_str()) == 0 ? 0 : errno;
  }

  // About the error, for people.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  static constexpr std::int64_t version = 1;
  static constexpr const char* tables = R"sql(
BEGIN IMMEDIATE;
CREATE TABLE spool (
  number INTEGER PRIMARY KEY, quarantined INTEGER NOT NULL, decided INTEGER NOT NULL,
  mount TEXT NOT NULL, provider TEXT NOT NULL, task_id TEXT NOT NULL, record_id TEXT NOT NULL,
  stage TEXT NOT NULL, rank INTEGER NOT NULL, status INTEGER NOT NULL, terminal INTEGER NOT NULL,
  code INTEGER, message TEXT NOT NULL, reason TEXT NOT NULL, raw BLOB NOT NULL,
  wants_registered_task INTEGER NOT NULL, received_at INTEGER NOT NULL, key BLOB NOT NULL,
  digest BLOB NOT NULL, conflicts INTEGER NOT NULL, ttl_us INTEGER NOT NULL,
  furnishes INTEGER NOT NULL, needs_earlier_us INTEGER NOT NULL
);
CREATE INDEX quarantined ON spool (mount, number) WHERE quarantined;
PRAGMA user_version = 1;
COMMIT;
)sql";

  struct totals {
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
  };

  [[nodiscard]] static bool is_quarantined(const append_request& r) noexcept {
    return placement_of(r.decided) == placement::quarantine;
  }

  errc connect() {
    if (const errc e = connection_.open_writable(database_); e != errc::ok) return e;
    connection_.set_busy_timeout(busy_timeout_ms_);
    for (const char* pragma : {"PRAGMA page_size = 16384", "PRAGMA journal_mode = WAL",
                               "PRAGMA synchronous = FULL", "PRAGMA temp_store = MEMORY"})
      if (const errc e = connection_.execute(pragma); e != errc::ok) return e;
    sqlite_statement ask;
    if (const errc e = ask.prepare(connection_, "PRAGMA user_version"); e != errc::ok) return e;
    std::int64_t found = 0;
    {
      auto rows = ask.query();
      if (rows.next()) found = rows.integer(0);
      if (rows.error() != errc::ok) return rows.error();
    }
    if (found == version) return errc::ok;
    if (found == 0) return connection_.execute(tables);
    return problem_ = "another version of callgate wrote the spool", errc::corrupt;
  }

  errc prepare() {
    const std::array<errc, 5> prepared{
        begin_.prepare(connection_, "BEGIN IMMEDIATE"), commit_.prepare(connection_, "COMMIT"),
        insert_.prepare(connection_,
                        "INSERT INTO spool VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
                        " ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)"),
        evict_.prepare(connection_,
                       "DELETE FROM spool WHERE number = (SELECT min(number) FROM spool"
                       " WHERE mount = ?1 AND quarantined) RETURNING length(raw)"),
        select_.prepare(connection_,
                        "SELECT * FROM spool WHERE number > ?1 ORDER BY number LIMIT ?2")};
    const auto* failed =
        std::find_if(prepared.begin(), prepared.end(), [](errc e) { return e != errc::ok; });
    return failed == prepared.end() ? errc::ok : *failed;
  }

  // What it holds already.
  errc load() {
    sqlite_statement last, sums;
    errc e = last.prepare(connection_, "SELECT ifnull(max(number), 0) FROM spool");
    if (e == errc::ok)
      e = sums.prepare(connection_,
                       "SELECT mount, count(*), sum(length(raw)) FROM spool"
                       " WHERE quarantined GROUP BY mount");
    if (e != errc::ok) return e;
    auto newest = last.query();
    if (!newest.next()) return newest.error();
    last_ = newest.integer(0);
    held_.clear();
    auto rows = sums.query();
    while (rows.next()) held_[rows.text(0)] = {rows.integer(1), rows.integer(2)};
    return rows.error();
  }

  errc insert(const append_request& r, std::int64_t number) {
    const errc e =
        insert_.run(number, is_quarantined(r), static_cast<int>(r.decided), r.mount, r.provider,
                    r.task_id, r.record_id, r.stage, r.rank, static_cast<int>(r.status), r.terminal,
                    r.code, r.message, r.reason, sqlite_blob_view{r.raw}, r.wants_registered_task,
                    r.received_at, sqlite_blob_view{r.key}, sqlite_blob_view{r.digest}, r.conflicts,
                    r.ttl_us, r.furnishes, r.needs_earlier_us);
    return e == errc::ok && is_quarantined(r) ? make_room(r) : e;
  }

  // The bounds of the quarantine; the body that just came stays.
  errc make_room(const append_request& r) {
    totals& held = totals_of(r.mount);
    ++held.rows;
    held.bytes += static_cast<std::int64_t>(r.raw.size());
    while (held.rows > 1 && (held.rows > max_rows_ || held.bytes > max_bytes_)) {
      auto rows = evict_.query(r.mount);
      if (!rows.next()) return rows.error() == errc::ok ? errc::corrupt : rows.error();
      --held.rows;
      held.bytes -= rows.integer(0);
      while (rows.next()) continue;
      if (rows.error() != errc::ok) return rows.error();
    }
    return errc::ok;
  }

  totals& totals_of(std::string_view mount) {
    const auto found = held_.find(mount);
    return found != held_.end() ? found->second : held_[std::string{mount}];
  }

  // Lifetime: as of the row.
  static append_request request_of(const sqlite_rows& rows) noexcept {
    append_request r;
    r.decided = static_cast<outcome>(rows.integer(2));
    r.mount = rows.bytes(3);
    r.provider = rows.bytes(4);
    r.task_id = rows.bytes(5);
    r.record_id = rows.bytes(6);
    r.stage = rows.bytes(7);
    r.rank = static_cast<std::uint8_t>(rows.integer(8));
    r.status = static_cast<task_status>(rows.integer(9));
    r.terminal = rows.integer(10) != 0;
    r.code = rows.optional_integer(11);
    r.message = rows.bytes(12);
    r.reason = rows.bytes(13);
    r.raw = rows.bytes(14);
    r.wants_registered_task = rows.integer(15) != 0;
    r.received_at = rows.integer(16);
    copy(rows.bytes(17), r.key);
    copy(rows.bytes(18), r.digest);
    r.conflicts = rows.integer(19) != 0;
    r.ttl_us = rows.integer(20);
    r.furnishes = rows.integer(21) != 0;
    r.needs_earlier_us = rows.integer(22);
    return r;
  }

  static void copy(std::string_view from, std::array<std::byte, 16>& to) noexcept {
    std::transform(from.begin(), from.begin() + std::min(from.size(), to.size()), to.begin(),
                   [](char c) { return static_cast<std::byte>(c); });
  }

  errc note(errc e) {
    if (e != errc::ok && problem_.empty()) problem_ = connection_.message();
    return e;
  }

  const std::string name_;
  data_folder folder_;
  const std::string database_;
  const int busy_timeout_ms_;
  const std::int64_t max_rows_, max_bytes_;  // of quarantined bodies, per mount
  std::string problem_;
  sqlite_connection connection_;
  sqlite_statement begin_, commit_, insert_, evict_, select_;
  std::map<std::string, totals, std::less<>> held_;
  std::int64_t last_ = 0;
};

}  // namespace callgate::store
