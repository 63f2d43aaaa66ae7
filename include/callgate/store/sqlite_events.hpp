// SPDX-License-Identifier: Apache-2.0
// The event side of the embedded store: de-duplication, tasks and the event sequence.
//
//   request -> delivery key -> duplicate: what it is told
//                           |-> too much, or it lacks what its task never got: quarantine
//                           '-> task moves or not -> event -> records
#pragma once

#include <callgate/store/append_request.hpp>
#include <callgate/store/delivery_rule.hpp>
#include <callgate/store/demand_rule.hpp>
#include <callgate/store/flood_rule.hpp>
#include <callgate/store/sqlite_connection.hpp>
#include <callgate/store/sqlite_records.hpp>
#include <callgate/store/stage_rule.hpp>
#include <callgate/store/uuid_source.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate::store {

// Works inside the transaction of its caller. After a failure it is opened anew: what it remembers
// may then be ahead of the database.
class sqlite_events {
 public:
  explicit sqlite_events(sqlite_records& records, const event_bounds& bounds = {})
      : bounds_(bounds), records_(records) {}

  [[nodiscard]] errc open(sqlite_connection& connection) {
    const std::array<errc, 13> prepared{
        past_.prepare(connection,
                      "SELECT e.attempt < t.attempt FROM events e JOIN tasks t"
                      " ON t.number = e.task WHERE e.sequence = ?1"),
        reclaim_.prepare(connection,
                         "UPDATE deliveries SET expires_at = ?2, sequence = ?3 WHERE key = ?1"),
        claim_.prepare(connection,
                       "INSERT INTO deliveries (key, digest, expires_at, sequence, conflicts)"
                       " VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT (key) DO UPDATE SET"
                       " digest = ?2, expires_at = ?3, sequence = ?4, conflicts = 0"
                       " WHERE expires_at <= ?5 RETURNING sequence"),
        known_.prepare(connection,
                       "SELECT digest, sequence, conflicts FROM deliveries WHERE key = ?1"),
        count_conflict_.prepare(connection,
                                "UPDATE deliveries SET conflicts = conflicts + 1 WHERE key = ?1"),
        touch_.prepare(connection, touch_task),
        insert_.prepare(connection,
                        "INSERT INTO events (sequence, task, mount, provider, result, moved,"
                        " received_at, stage, code, message, raw, attempt, record_id)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"),
        unclaim_.prepare(connection, "DELETE FROM deliveries WHERE key = ?1 AND sequence = ?2"),
        task_.prepare(
            connection,
            "SELECT registered, furnished_at FROM tasks WHERE task_id = ?1 AND mount = ?2"),
        spoil_.prepare(connection,
                       "UPDATE events SET result = ?2, reason = ?3 WHERE sequence = ?1"),
        spoil_task_.prepare(connection, "UPDATE tasks SET last_result = ?2 WHERE number = ?1"),
        save_.prepare(connection, "UPDATE counters SET value = ?1 WHERE name = 'events'"),
        load_.prepare(connection, "SELECT value FROM counters WHERE name = 'events'")};
    for (const errc e : prepared)
      if (e != errc::ok) return e;
    auto rows = load_.query();
    if (!rows.next()) return rows.error() == errc::ok ? errc::corrupt : rows.error();
    last_ = saved_ = rows.integer(0);
    return errc::ok;
  }

  // Callbacks that came earlier may come later, out of a spool: what a task lacks may be in them.
  void expect_earlier(bool expected) noexcept { expects_earlier_ = expected; }

  // append_once: fills in the request's result and sequence; or nothing is kept and the request is
  // to be quarantined. with_rows: else as if the database had refused its rows. Errors: rejected
  // when they have ended the transaction.
  [[nodiscard]] errc append(append_request& request, bool with_rows = true) {
    claimed key{request.decided};
    if (const errc e = claim(request, &key); e != errc::ok) return e;
    if (!key.stored_as)
      if (const errc e = answer_again(request, &key); e != errc::ok || !key.stored_as) return e;
    request.result = *key.stored_as;
    request.sequence = last_ + 1;
    touched task{};
    if (const errc e = take(request, key, &task); e != errc::ok) return e;
    if (request.quarantined) {
      const errc e = unclaim_.run(sqlite_blob_view{request.key}, request.sequence);
      return e == errc::ok ? records_.tell_again(request) : e;
    }
    if (const errc e =
            insert_.run(request.sequence, task.number, request.mount, request.provider,
                        static_cast<int>(request.result), task.moved, request.received_at,
                        request.stage, request.code, request.message, sqlite_blob_view{request.raw},
                        task.attempt, request.record_id);
        e != errc::ok)
      return e;
    ++last_;
    return derive(request, task.number, with_rows);
  }

  // Before the transaction's commit: sequences go on from here, also after events were removed.
  [[nodiscard]] errc save() {
    if (saved_ == last_) return errc::ok;
    const errc e = save_.run(last_);
    if (e == errc::ok) saved_ = last_;
    return e;
  }

  [[nodiscard]] std::int64_t last() const noexcept { return last_; }

 private:
  // A new row takes the bound stage; an old one only when it moves.
  static constexpr std::string_view touch_task =
      "INSERT INTO tasks (id, mount, task_id, provider, first_received_at, last_received_at,"
      " callbacks, last_sequence, last_result, last_stage, rank, stage, status, terminal, code,"
      " message, stage_sequence, record_id, attempt, registered, furnished_at, event_bytes)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?5, 1, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 1, 0,"
      " ?17, ?18)"
      " ON CONFLICT (task_id, mount) DO UPDATE SET"
      " provider = excluded.provider, callbacks = callbacks + 1, event_bytes = event_bytes + ?18,"
      " last_sequence = ?6,"
      " last_received_at = max(last_received_at, ?5), last_result = ?7, last_stage = ?8,"
      " record_id = iif(?16 = '', record_id, ?16), furnished_at = max(furnished_at, ?17),"
      " rank = iif(?9 > 0 AND ?9 >= rank, ?9, rank),"
      " stage = iif(?9 > 0 AND ?9 >= rank, ?10, stage),"
      " status = iif(?9 > 0 AND ?9 >= rank, ?11, status),"
      " terminal = iif(?9 > 0 AND ?9 >= rank, ?12, terminal),"
      " code = iif(?9 > 0 AND ?9 >= rank, ?13, code),"
      " message = iif(?9 > 0 AND ?9 >= rank, ?14, message),"
      " stage_sequence = iif(?9 > 0 AND ?9 >= rank, ?15, stage_sequence)"
      " WHERE callbacks < ?19 AND event_bytes < ?20 OR ?9 > rank"  // has_room()
      " RETURNING number, stage_sequence = ?6, attempt";

  struct claimed {
    std::optional<outcome> stored_as;  // empty: a duplicate
    std::int64_t conflicts = 0;        // that the delivery had before
  };

  struct touched {
    std::int64_t number = 0;
    bool moved = false;
    std::int64_t attempt = 1;
  };

  // A repetition of what was refused is refused again, until somebody registers the task. When the
  // first one was removed, it takes its place.
  errc answer_again(append_request& request, claimed* key) {
    if (request.wants_registered_task && request.decided == outcome::accepted) {
      bool is_registered = false, is_there = false;
      {
        auto rows = task_.query(request.task_id, request.mount);
        is_registered = rows.next() && rows.integer(0) != 0;
        if (rows.error() != errc::ok) return rows.error();
      }
      {
        auto rows = past_.query(request.sequence);
        is_there = rows.next();
        if (rows.error() != errc::ok) return rows.error();
      }
      if (!is_registered) request.result = outcome::unknown_task;
      if (!is_registered && !is_there) return key->stored_as = request.decided, reclaim(request);
    }
    return records_.tell_again(request);
  }

  // The task takes the event, or it is set apart.
  errc take(append_request& request, const claimed& key, touched* task) {
    if (const errc e = judge_by_task(request); e != errc::ok || request.quarantined) return e;
    const bool is_conflict = request.result == outcome::conflict;
    if (is_conflict && key.conflicts >= bounds_.max_conflicts_per_delivery)
      return set_apart(request, too_many_conflicts), errc::ok;
    if (const errc e = touch(request, task); e != errc::ok) return e;
    if (task->number == 0) return set_apart(request, too_many_events), errc::ok;
    return is_conflict ? count_conflict_.run(sqlite_blob_view{request.key}) : errc::ok;
  }

  static void set_apart(append_request& request, std::string_view reason) noexcept {
    request.quarantined = true;
    request.reason = reason;
  }

  // schema_error where nobody brought what its stage requires, unknown_task where the provider
  // wants tasks that were registered.
  errc judge_by_task(append_request& request) {
    const bool wants_task = request.wants_registered_task && request.result == outcome::accepted;
    if (!wants_task && request.needs_earlier_us == 0) return errc::ok;
    auto rows = task_.query(request.task_id, request.mount);
    const bool is_known = rows.next();
    if (rows.error() != errc::ok) return rows.error();
    request.quarantined =
        !has_what_it_needs(request, is_known ? rows.integer(1) : 0) && !expects_earlier_;
    if (request.quarantined)
      request.result = outcome::schema_error;
    else if (wants_task && !(is_known && rows.integer(0) != 0))
      request.result = outcome::unknown_task;
    return errc::ok;
  }

  errc derive(append_request& request, std::int64_t task, bool with_rows) {
    auto done = sqlite_records::derived::none;
    errc e = with_rows ? records_.add(request, task, &done) : errc::ok;
    if (e != errc::ok || done == sqlite_records::derived::all) return e;
    request.result = outcome::processing_failed;
    const std::string_view why = records_.problem();
    if (request.failure != nullptr) *request.failure = why;
    if (!with_rows) e = records_.tell_again(request);
    if (e != errc::ok) return e;
    const errc spoiled = spoil_.run(request.sequence, static_cast<int>(request.result), why);
    return spoiled == errc::ok ? spoil_task_.run(task, static_cast<int>(request.result)) : spoiled;
  }

  errc claim(append_request& request, claimed* key) {
    {
      auto rows =
          claim_.query(sqlite_blob_view{request.key}, sqlite_blob_view{request.digest},
                       request.received_at + request.ttl_us, last_ + 1, request.received_at);
      bool is_new = false;
      while (rows.next()) is_new = true;
      if (is_new || rows.error() != errc::ok) return rows.error();
    }
    auto rows = known_.query(sqlite_blob_view{request.key});
    if (!rows.next()) return rows.error() == errc::ok ? errc::corrupt : rows.error();
    std::array<std::byte, 16> digest{};
    const std::string_view first = rows.bytes(0);
    if (first.size() != digest.size()) return errc::corrupt;
    std::transform(first.begin(), first.end(), digest.begin(),
                   [](char c) { return static_cast<std::byte>(c); });
    const outcome known = outcome_of_known_key(request, digest);
    *key = {known, rows.integer(2)};
    if (known != outcome::duplicate) return errc::ok;
    bool is_past = false;
    if (const errc e = is_of_past_attempt(request, rows.integer(1), &is_past); e != errc::ok)
      return e;
    if (is_past) return key->stored_as = request.decided, reclaim(request);
    request.result = known;
    request.sequence = rows.integer(1);
    key->stored_as.reset();
    return errc::ok;
  }

  // A derived key says nothing of attempts: what an earlier one received may rightly come again. A
  // delivery id names one delivery for ever.
  errc is_of_past_attempt(const append_request& request, std::int64_t sequence, bool* is_past) {
    if (request.conflicts) return errc::ok;
    auto rows = past_.query(sequence);
    *is_past = rows.next() && rows.integer(0) != 0;
    return rows.error();
  }

  errc reclaim(const append_request& request) {
    return reclaim_.run(sqlite_blob_view{request.key}, request.received_at + request.ttl_us,
                        last_ + 1);
  }

  // *task stays without a number when it has no room.
  errc touch(const append_request& request, touched* task) {
    const std::uint8_t rank = moving_rank(request.result, request.rank);
    const bool may_move = rank > 0;
    const uuid_source::text id = ids_.next();
    const std::string_view none{};
    auto rows = touch_.query(
        id.view(), request.mount, request.task_id, request.provider, request.received_at,
        request.sequence, static_cast<int>(request.result), request.stage, rank,
        may_move ? request.stage : none,
        static_cast<int>(may_move ? request.status : task_status::pending),
        may_move && request.terminal, may_move ? request.code : std::nullopt,
        may_move ? request.message : none, may_move ? request.sequence : std::int64_t{0},
        request.record_id, furnishes_at(request, request.result), request.raw.size(),
        bounds_.max_events_per_task, bounds_.max_event_bytes_per_task);
    while (rows.next()) *task = {rows.integer(0), rows.integer(1) != 0, rows.integer(2)};
    return rows.error();
  }

  const event_bounds bounds_;
  sqlite_records& records_;
  sqlite_statement claim_, known_, touch_, insert_, save_, load_, task_, spoil_, unclaim_;
  sqlite_statement count_conflict_;
  sqlite_statement past_, reclaim_, spoil_task_;
  uuid_source ids_;
  std::int64_t last_ = 0;
  std::int64_t saved_ = 0;
  bool expects_earlier_ = false;
};

}  // namespace callgate::store
