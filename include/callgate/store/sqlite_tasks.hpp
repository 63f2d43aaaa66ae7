// SPDX-License-Identifier: Apache-2.0
// Registered tasks of the embedded store: context, attempts, and callbacks that came first.
#pragma once

#include <callgate/store/sqlite_connection.hpp>
#include <callgate/store/sqlite_records.hpp>
#include <callgate/store/stage_rule.hpp>
#include <callgate/store/task_registration.hpp>
#include <callgate/store/uuid_source.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace callgate::store {

// Works inside the transaction of its caller.
class sqlite_tasks {
 public:
  [[nodiscard]] errc open(sqlite_connection& connection) {
    const std::array<errc, 9> prepared{
        find_.prepare(connection,
                      "SELECT number, id, attempt, registered, stage, status, callbacks FROM tasks"
                      " WHERE task_id = ?1 AND mount = ?2"),
        insert_.prepare(connection,
                        "INSERT INTO tasks (id, mount, task_id, provider, first_received_at,"
                        " last_received_at, callbacks, last_sequence, last_result, last_stage,"
                        " record_id, attempt, registered, furnished_at, event_bytes, rank, stage,"
                        " status, terminal, message, stage_sequence)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?5, 0, 0, 0, '', '', ?6, 1, 0, 0, 0, '', 0,"
                        " 0, '', 0)"),
        reopen_.prepare(connection,
                        "UPDATE tasks SET attempt = ?2, furnished_at = 0, rank = 0, stage = '',"
                        " status = 0, terminal = 0, code = NULL, message = '', stage_sequence = 0,"
                        " last_received_at = max(last_received_at, ?3) WHERE number = ?1"),
        register_.prepare(connection,
                          "UPDATE tasks SET registered = 1, last_result ="
                          " iif(last_result = ?3, ?2, last_result) WHERE number = ?1"),
        keep_context_.prepare(connection,
                              "INSERT INTO task_context (task, name, value) VALUES (?1, ?2, ?3)"
                              " ON CONFLICT (task, name) DO UPDATE SET value = ?3"
                              " WHERE value IS NOT ?3 RETURNING 1"),
        // What came before its registration counts from now on as if it had come after it.
        accept_.prepare(connection,
                        "UPDATE events SET result = ?2 WHERE task = ?1 AND result = ?3"),
        move_.prepare(connection,
                      "UPDATE tasks SET stage_sequence = ?2, rank = ?3, stage = e.stage,"
                      " status = ?4, terminal = ?5, code = e.code, message = e.message"
                      " FROM events e WHERE e.sequence = ?2 AND number = ?1"),
        of_attempt_.prepare(connection,
                            "SELECT sequence, stage, result, moved FROM events"
                            " WHERE task = ?1 AND attempt = ?2 ORDER BY sequence"),
        note_moved_.prepare(connection, "UPDATE events SET moved = ?2 WHERE sequence = ?1")};
    for (const errc e : prepared)
      if (e != errc::ok) return e;
    return errc::ok;
  }

  // *left: not all of its rows are derived, sqlite_records::derive() goes on.
  [[nodiscard]] errc add(const task_registration& wanted, sqlite_records& records,
                         registered_task* got, bool* left) {
    std::int64_t task = 0;
    bool was_registered = false;
    if (const errc e = find(wanted, &task, &was_registered, got); e != errc::ok) return e;
    if (got->outdated) return errc::ok;
    bool is_new_context = false;
    if (const errc e = keep_context(wanted, task, &is_new_context); e != errc::ok) return e;
    const bool is_later = wanted.attempt > got->attempt;
    if (is_later) {
      if (const errc e = reopen(wanted, task, got); e != errc::ok) return e;
    }
    if (got->created) return records.add_registration(wanted.records->provider, task);
    if (!was_registered)
      if (const errc e = join(wanted, task, got); e != errc::ok) return e;
    const bool as_before = was_registered && !is_later && !is_new_context;
    if (as_before) return errc::ok;
    return records.derive_task(wanted.records->provider, task, left);
  }

 private:
  errc find(const task_registration& wanted, std::int64_t* task, bool* was_registered,
            registered_task* got) {
    {
      auto rows = find_.query(wanted.task_id, wanted.mount);
      if (rows.next()) {
        *task = rows.integer(0);
        got->id = rows.text(1);
        got->attempt = rows.integer(2);
        *was_registered = rows.integer(3) != 0;
        got->stage = rows.text(4);
        got->status = static_cast<task_status>(rows.integer(5));
        got->callbacks = rows.integer(6);
        got->outdated = *was_registered && wanted.attempt < got->attempt;
        return errc::ok;
      }
      if (rows.error() != errc::ok) return rows.error();
    }
    return insert(wanted, task, got);
  }

  errc insert(const task_registration& wanted, std::int64_t* task, registered_task* got) {
    const uuid_source::text id = ids_.next();
    if (const errc e = insert_.run(id.view(), wanted.mount, wanted.task_id,
                                   wanted.records->provider, wanted.now, wanted.attempt);
        e != errc::ok)
      return e;
    auto rows = find_.query(wanted.task_id, wanted.mount);
    if (!rows.next()) return rows.error() == errc::ok ? errc::corrupt : rows.error();
    *task = rows.integer(0);
    *got = {.id = std::string{id.view()}, .attempt = wanted.attempt, .created = true};
    return errc::ok;
  }

  errc keep_context(const task_registration& wanted, std::int64_t task, bool* is_new) {
    for (const context_value& one : wanted.context) {
      keep_context_.bind_at(1, task);
      keep_context_.bind_at(2, {.kind = scalar::type::text, .text = one.name});
      keep_context_.bind_at(3, one.value);
      auto rows = keep_context_.query_bound();
      while (rows.next()) *is_new = true;
      if (rows.error() != errc::ok) return rows.error();
    }
    return errc::ok;
  }

  errc reopen(const task_registration& wanted, std::int64_t task, registered_task* got) {
    got->attempt = wanted.attempt;
    got->stage.clear();
    got->status = task_status::pending;
    return reopen_.run(task, wanted.attempt, wanted.now);
  }

  // Callbacks that came first count as if they had come after the registration, one by one.
  errc join(const task_registration& wanted, std::int64_t task, registered_task* got) {
    const int accepted = static_cast<int>(outcome::accepted);
    const int unknown = static_cast<int>(outcome::unknown_task);
    errc e = register_.run(task, accepted, unknown);
    if (e == errc::ok) e = accept_.run(task, accepted, unknown);
    if (e != errc::ok) return e;
    const stage* furthest = nullptr;
    std::int64_t sequence = 0;
    auto rows = of_attempt_.query(task, got->attempt);
    while (rows.next()) {
      const stage* const at = stage_of(*wanted.records, rows);
      const bool moved = at != nullptr && moves(at->rank, furthest == nullptr ? 0 : furthest->rank);
      if (moved) furthest = at, sequence = rows.integer(0);
      if (moved == (rows.integer(3) != 0)) continue;
      if (e = note_moved_.run(rows.integer(0), moved); e != errc::ok) return e;
    }
    if (rows.error() != errc::ok || furthest == nullptr) return rows.error();
    got->stage = furthest->name;
    got->status = furthest->status;
    return move_.run(task, sequence, furthest->rank, static_cast<int>(furthest->status),
                     furthest->terminal);
  }

  // Of an event that may move its task; nullptr when it may not.
  static const stage* stage_of(const record_set& set, const sqlite_rows& event) {
    const auto found = std::find_if(set.stages.begin(), set.stages.end(),
                                    [&](const stage& s) { return s.name == event.bytes(1); });
    if (found == set.stages.end()) return nullptr;
    const auto result = static_cast<outcome>(event.integer(2));
    return moving_rank(result, found->rank) > 0 ? &*found : nullptr;
  }

  sqlite_statement find_, insert_, reopen_, register_, keep_context_, accept_, move_, of_attempt_,
      note_moved_;
  uuid_source ids_;
};

}  // namespace callgate::store
