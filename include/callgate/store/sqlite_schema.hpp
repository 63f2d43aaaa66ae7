// SPDX-License-Identifier: Apache-2.0
// The tables of the embedded database and the way from each version to the next.
#pragma once

#include <callgate/store/sqlite_connection.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace callgate::store {

// Enumerators (result, status) are stored as their numbers: append to those lists, never reorder
// them. Times are microseconds since 1970 in UTC. A script, once released, is never edited: add
// another one.
struct sqlite_schema {
  static constexpr std::int64_t application_id = 0x43474154;  // "CGAT": whose file it is

  static constexpr std::array<const char*, 1> migrations{R"sql(
-- 'events' and 'quarantine': the last sequence given out.
-- 'evicted': quarantined bodies that newer ones pushed out.
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counters VALUES ('events', 0), ('quarantine', 0), ('evicted', 0);

CREATE TABLE deliveries (
  key BLOB PRIMARY KEY, digest BLOB NOT NULL, expires_at INTEGER NOT NULL,
  sequence INTEGER NOT NULL, conflicts INTEGER NOT NULL  -- other bodies that were taken
) WITHOUT ROWID;
CREATE INDEX deliveries_by_expiry ON deliveries (expires_at);

CREATE TABLE tasks (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, mount TEXT NOT NULL, task_id TEXT NOT NULL,
  record_id TEXT NOT NULL, provider TEXT NOT NULL, first_received_at INTEGER NOT NULL,
  last_received_at INTEGER NOT NULL, callbacks INTEGER NOT NULL, last_sequence INTEGER NOT NULL,
  last_result INTEGER NOT NULL, last_stage TEXT NOT NULL,
  attempt INTEGER NOT NULL, registered INTEGER NOT NULL,  -- by POST /api/tasks
  -- when a callback of the attempt brought what its stage requires; 0: none did
  furnished_at INTEGER NOT NULL,
  event_bytes INTEGER NOT NULL,  -- raw, of all its callbacks
  -- of the event that set the stage; rank 0: none did
  rank INTEGER NOT NULL, stage TEXT NOT NULL, status INTEGER NOT NULL, terminal INTEGER NOT NULL,
  code INTEGER, message TEXT NOT NULL, stage_sequence INTEGER NOT NULL,
  UNIQUE (task_id, mount)
);
CREATE INDEX tasks_by_time ON tasks (last_received_at);
CREATE INDEX tasks_by_mount ON tasks (mount, last_received_at);
CREATE INDEX tasks_by_record ON tasks (record_id) WHERE record_id <> '';

-- What an application registered with a task, by the schema's context.
CREATE TABLE task_context (
  task INTEGER NOT NULL, name TEXT NOT NULL, value, PRIMARY KEY (task, name)
) WITHOUT ROWID;
-- Tables record_*: made from the schemas. digest: of what their rows depend on. derive_from: the
-- last task whose rows were derived from stored bodies; -1: all were.
CREATE TABLE record_tables (
  name TEXT PRIMARY KEY, provider TEXT NOT NULL, layout TEXT NOT NULL, digest INTEGER NOT NULL,
  derive_from INTEGER NOT NULL
) WITHOUT ROWID;

-- Tasks of very many callbacks: after which sequence to go on deriving their rows.
CREATE TABLE task_derivations (task INTEGER PRIMARY KEY, after INTEGER NOT NULL);

CREATE TABLE events (
  sequence INTEGER PRIMARY KEY, task INTEGER NOT NULL, mount TEXT NOT NULL, provider TEXT NOT NULL,
  attempt INTEGER NOT NULL, result INTEGER NOT NULL, moved INTEGER NOT NULL,
  received_at INTEGER NOT NULL, record_id TEXT NOT NULL, stage TEXT NOT NULL, code INTEGER,
  message TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',  -- why its records could not be derived
  raw BLOB NOT NULL
);
CREATE INDEX events_by_task ON events (task);
CREATE INDEX events_by_mount ON events (mount);

CREATE TABLE quarantine (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, mount TEXT NOT NULL, provider TEXT NOT NULL,
  task_id TEXT NOT NULL, result INTEGER NOT NULL, reason TEXT NOT NULL, stage TEXT NOT NULL,
  received_at INTEGER NOT NULL, raw BLOB NOT NULL
);
CREATE INDEX quarantine_by_mount ON quarantine (mount, received_at);
CREATE INDEX quarantine_by_time ON quarantine (received_at);
CREATE INDEX quarantine_by_task ON quarantine (task_id) WHERE task_id <> '';

-- Every pair that something was received for: what a provider's name stands for.
CREATE TABLE mounts (
  mount TEXT NOT NULL, provider TEXT NOT NULL, PRIMARY KEY (mount, provider)
) WITHOUT ROWID;

CREATE TABLE cursors (consumer TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE dead_letters (
  consumer TEXT NOT NULL, sequence INTEGER NOT NULL, attempts INTEGER NOT NULL, error TEXT NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY (consumer, sequence)
) WITHOUT ROWID;
)sql"};

  // Refuses a database that somebody else made or that a later version of callgate has migrated.
  // Errors: corrupt, with the reason in *why; what SQLite reports.
  [[nodiscard]] static errc check(sqlite_connection& connection, std::string* why) {
    std::int64_t owner = 0, version = 0, tables = 0;
    if (const errc e = read(connection, "PRAGMA application_id", &owner); e != errc::ok) return e;
    if (const errc e = read(connection, "PRAGMA user_version", &version); e != errc::ok) return e;
    if (const errc e = read(connection, "SELECT count(*) FROM sqlite_schema", &tables);
        e != errc::ok)
      return e;
    if (owner != application_id && tables != 0)
      return *why = "it belongs to another program", errc::corrupt;
    if (version > static_cast<std::int64_t>(migrations.size()))
      return *why = "a later version of callgate wrote it", errc::corrupt;
    return errc::ok;
  }

  // Each step in a transaction of its own with its version number, so that a crash repeats or skips
  // whole steps.
  [[nodiscard]] static errc migrate(sqlite_connection& connection) {
    std::int64_t version = 0;
    if (const errc e = read(connection, "PRAGMA user_version", &version); e != errc::ok) return e;
    for (auto step = static_cast<std::size_t>(version); step < migrations.size(); ++step) {
      const std::string script = std::string{"BEGIN IMMEDIATE;"} + migrations[step] +
                                 "PRAGMA application_id=" + std::to_string(application_id) +
                                 ";PRAGMA user_version=" + std::to_string(step + 1) + ";COMMIT;";
      if (const errc e = connection.execute(script.c_str()); e != errc::ok) return e;
    }
    return errc::ok;
  }

 private:
  static errc read(sqlite_connection& connection, const char* sql, std::int64_t* value) {
    sqlite_statement statement;
    if (const errc e = statement.prepare(connection, sql); e != errc::ok) return e;
    auto rows = statement.query();
    if (rows.next()) *value = rows.integer(0);
    return rows.error();
  }
};

}  // namespace callgate::store
