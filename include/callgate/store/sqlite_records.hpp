// SPDX-License-Identifier: Apache-2.0
// The records of the embedded store: rows derived in the transaction that stores their callback.
//
//   stored event -> evaluate every record -> merge row by row
//   new or changed record -> derive() over the stored bodies, task by task
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/provider/record_set.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/cut_text.hpp>
#include <callgate/store/record_evaluation.hpp>
#include <callgate/store/refusal_log.hpp>
#include <callgate/store/record_rule.hpp>
#include <callgate/store/sqlite_connection.hpp>
#include <callgate/store/sqlite_record_backlog.hpp>
#include <callgate/store/sqlite_record_catalog.hpp>
#include <callgate/store/sqlite_record_table.hpp>
#include <callgate/store/sqlite_savepoint.hpp>
#include <callgate/store/sqlite_task_context.hpp>
#include <callgate/store/sqlite_task_events.hpp>
#include <callgate/store/stage_rule.hpp>
#include <callgate/store/tell.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::store {

// Works inside the transaction of its caller. A task whose rows make the database end transactions
// is left alone as soon as that is known, until a store is opened anew.
class sqlite_records {
 public:
  // What became of one callback's records.
  enum class derived : std::uint8_t { all, none };

  // on_refusal: told of what the database refuses where no callback can say so.
  explicit sqlite_records(refusal_log on_refusal = {}) : on_refusal_(on_refusal) {}

  [[nodiscard]] errc open(sqlite_connection& connection, std::span<const record_set* const> sets) {
    connection_ = &connection;
    sets_.clear();
    forget_.clear();
    if (const errc e = catalog_.open(connection); e != errc::ok) return e;
    for (const record_set* set : sets)
      if (const errc e = open(*set); e != errc::ok) return e;
    const std::array<errc, 8> prepared{
        task_.prepare(connection, "SELECT number FROM tasks WHERE task_id = ?1 AND mount = ?2"),
        savepoint_.open(connection),
        context_.open(connection),
        backlog_.open(connection),
        registration_.prepare(connection,
                              "SELECT mount, task_id FROM tasks WHERE number = ?1 AND registered"),
        events_.open(connection),
        next_task_.prepare(connection,
                           "SELECT number FROM tasks WHERE number > ?1 AND provider = ?2"
                           " ORDER BY number LIMIT 1"),
        prepare_forgetting()};
    for (const errc e : prepared)
      if (e != errc::ok) return e;
    return errc::ok;
  }

  // What a request has beside the columns of its spool. Lifetime: until the next function here.
  [[nodiscard]] errc restore(append_request& request) {
    open_set* const set = find(request.provider);
    if (set == nullptr) return catalog_.note(request.provider, 0);  // for whoever mounts it next
    for (std::size_t i = 0; i < set->set->stages.size(); ++i)
      if (set->set->stages[i].name == request.stage)
        request.stage_index = static_cast<std::int16_t>(i);
    request.records = set->set;
    request.payload = parse(*set, request.raw);
    return errc::ok;
  }

  // Of a callback that was just stored, with what its answer tells. *done is none when they cannot
  // be derived: then no row of it is there. Errors: only what makes the whole transaction fail;
  // rejected when the database has ended it for these rows.
  [[nodiscard]] errc add(const append_request& request, std::int64_t task, derived* done) {
    *done = derived::all;
    if (request.records == nullptr || request.payload == nullptr) return errc::ok;
    open_set* const set = find(*request.records);
    if (set == nullptr || (set->tables.empty() && !wants_told(request))) return errc::ok;
    record_input in = input_of(request, *set->set);
    arena memory{room_for(request.raw.size(), largest_record_bytes(*set->set, request.payload))};
    if (const errc e = context_.read(task, set->set->context, memory, &in.context); e != errc::ok)
      return e;
    const std::size_t mark = memory.used();
    const std::uint8_t rank = moving_rank(request.result, request.rank);
    if (has_rows(request.result))
      if (const errc e = merge_safely(*set, in, rank, task, memory, done); e != errc::ok) return e;
    if (!wants_told(request)) return errc::ok;
    memory.rewind(mark);
    if (*done == derived::none) in.result = outcome::processing_failed;
    tell(*set->set, in, memory, *request.told);
    return errc::ok;
  }

  // Of a duplicate: what its answer tells, with the context that the task has now.
  [[nodiscard]] errc tell_again(const append_request& request) {
    open_set* const set = wants_told(request) ? find(*request.records) : nullptr;
    if (set == nullptr) return errc::ok;
    record_input in = input_of(request, *set->set);
    arena memory{room_for(request.raw.size(), 0)};
    {
      auto rows = task_.query(request.task_id, request.mount);
      const std::int64_t task = rows.next() ? rows.integer(0) : 0;  // 0: it was removed
      if (rows.error() != errc::ok) return rows.error();
      if (const errc e = context_.read(task, set->set->context, memory, &in.context); e != errc::ok)
        return e;
    }
    tell(*set->set, in, memory, *request.told);
    return errc::ok;
  }

  // Why add() derived none, the last time it did. Lifetime: until the next call.
  [[nodiscard]] std::string_view problem() const noexcept { return problem_.view(); }

  // What a task has before its first callback.
  [[nodiscard]] errc add_registration(std::string_view provider, std::int64_t task) {
    open_set* const set = find(provider);
    if (set == nullptr || ended_.contains(task)) return errc::ok;
    return add_registration(*set, task);
  }

  // All records of a task anew, from its registration and its stored bodies. *left: there are more
  // of them than fit one transaction, and derive() goes on.
  [[nodiscard]] errc derive_task(std::string_view provider, std::int64_t task, bool* left) {
    derivation_room room{.tasks = 1};
    open_set* const set = find(provider);
    const errc e = set == nullptr ? errc::ok : derive_task(*set, task, &room);
    *left = room.is_used_up();
    return e;
  }

  // Goes on with the tables that were made anew: up to max_tasks tasks, and what derivation_room
  // says. *left: whether some are.
  [[nodiscard]] errc derive(std::size_t max_tasks, bool* left) {
    derivation_room room{.tasks = max_tasks};
    if (const errc e = derive_begun(&room, left); e != errc::ok || *left) return e;
    for (open_set& one : sets_)
      while (one.derive_from != sqlite_record_catalog::all_filled) {
        if (room.is_used_up()) return *left = true, errc::ok;
        if (const errc e = derive_next(one, &room); e != errc::ok) return e;
        --room.tasks;
      }
    *left = room.events == 0 || room.bytes == 0;
    return errc::ok;
  }

  // The same for tasks that were begun.
  [[nodiscard]] errc derive_begun(bool* left) {
    derivation_room room{};
    return derive_begun(&room, left);
  }

  // The rows of a task that goes. undone: the database keeps them.
  [[nodiscard]] errc forget(std::int64_t task, sqlite_savepoint::ended* end) {
    *end = sqlite_savepoint::ended::undone;
    if (ended_.contains(task)) return errc::ok;
    const errc e = savepoint_.run([&] { return forget_rows(task); }, end);
    return note_refused(e, *end == sqlite_savepoint::ended::kept ? derived::all : derived::none,
                        task);
  }

 private:
  static constexpr std::size_t scratch_bytes = 256 * 1024;  // made texts and the context
  static constexpr std::size_t max_ended = 4'096;  // tasks; beyond, all of them are tried again

  struct open_set {
    const record_set* set = nullptr;
    std::vector<sqlite_record_table> tables{};
    std::int64_t derive_from = sqlite_record_catalog::all_filled;  // else: after that task
  };

  errc open(const record_set& set) {
    open_set& one = sets_.emplace_back(open_set{&set});
    if (const errc e = catalog_.update(set, &one.derive_from); e != errc::ok) return e;
    one.tables.reserve(set.plans.size());
    for (const record_plan& plan : set.plans) {
      const record_table_sql sql{set.provider, plan};
      if (const errc e = one.tables.emplace_back().open(*connection_, sql); e != errc::ok) return e;
    }
    return errc::ok;
  }

  // Also of providers that are mounted no more: their tasks go, too.
  errc prepare_forgetting() {
    std::vector<std::string> names;
    if (const errc e = catalog_.names(&names); e != errc::ok) return e;
    for (const std::string& name : names) {
      const std::string sql = "DELETE FROM " + name + " WHERE _task = ?1";
      if (const errc e = forget_.emplace_back().prepare(*connection_, sql); e != errc::ok) return e;
    }
    return errc::ok;
  }

  open_set* find(const record_set& set) {
    for (open_set& one : sets_)
      if (one.set == &set) return &one;
    return find(set.provider);
  }
  open_set* find(std::string_view provider) {
    for (open_set& one : sets_)
      if (one.set->provider == provider) return &one;
    return nullptr;
  }

  // For made texts and that many bytes of values. Kept for the next callback.
  std::span<std::byte> room_for(std::size_t raw_bytes, std::size_t value_bytes) {
    const std::size_t bytes = scratch_bytes + 2 * raw_bytes + value_bytes;
    if (room_.size() < bytes) room_.resize(bytes);
    return room_;
  }

  // All rows or none.
  errc merge_safely(open_set& one, const record_input& in, std::uint8_t rank, std::int64_t task,
                    arena& memory, derived* done) {
    sqlite_savepoint::ended end{};
    const auto all = [&] {
      const errc e = merge(one, in, rank, task, memory, done);
      if (*done == derived::none) end = sqlite_savepoint::ended::undone;
      return e;
    };
    *done = derived::all;
    const errc e = savepoint_.run(all, &end);
    if (end == sqlite_savepoint::ended::undone) *done = derived::none;
    return e;
  }

  errc merge(open_set& one, const record_input& in, std::uint8_t rank, std::int64_t task,
             arena& memory, derived* done) {
    for (std::size_t i = 0; i < one.tables.size(); ++i) {
      const record_plan& plan = one.set->plans[i];
      const std::size_t mark = memory.used();
      const auto rows = evaluate_record(plan, in, memory);
      if (!rows) return note(plan, "a value does not fit"), *done = derived::none, errc::ok;
      for (std::size_t at = 0; at < rows->size(); at += plan.columns.size())
        if (const errc e = one.tables[i].merge(task, rows->subspan(at, plan.columns.size()), rank);
            e != errc::ok)
          return note(plan, connection_->message()), e;
      memory.rewind(mark);
    }
    return errc::ok;
  }

  errc forget_rows(std::int64_t task) {
    for (sqlite_statement& each : forget_)
      if (const errc e = each.run(task); e != errc::ok) return e;
    return backlog_.remove(task);
  }

  // Tells of the 1st, 2nd, 4th, 8th ... refusal. A task that makes the database end the transaction
  // is not tried again in the next one.
  errc note_refused(errc e, derived done, std::int64_t task) {
    if (e == errc::rejected) {
      if (ended_.size() == max_ended) ended_.clear();
      ended_.insert(task);
    }
    const std::string_view why = savepoint_.why();
    const bool is_refusal = e == errc::rejected || (e == errc::ok && done == derived::none);
    if (is_refusal && std::has_single_bit(++refusals_))
      on_refusal_.tell("no rows of task number " + std::to_string(task) + " (" +
                       std::to_string(refusals_) + " refused so far): " +
                       std::string{why.empty() ? "a value is too large" : why.substr(0, 256)});
    return e;
  }

  errc add_registration(open_set& one, std::int64_t task) {
    if (!has_rows_at_registration(*one.set)) return errc::ok;
    auto rows = registration_.query(task);
    if (!rows.next()) return rows.error();  // nobody has registered it
    arena memory{room_for(0, largest_record_bytes(*one.set, nullptr))};
    record_input in = registration_input(*one.set, rows.bytes(0), rows.bytes(1), {});
    if (const errc e = context_.read(task, one.set->context, memory, &in.context); e != errc::ok)
      return e;
    derived done{};
    const errc e = merge_safely(one, in, 0, task, memory, &done);
    return note_refused(e, done, task);
  }

  errc derive_begun(derivation_room* room, bool* left) {
    std::vector<sqlite_record_backlog::entry> begun;
    if (const errc e = backlog_.entries(&begun); e != errc::ok) return e;
    for (const auto& [task, after, provider] : begun) {
      open_set* const set = find(provider);
      if (set == nullptr) continue;  // not mounted now
      if (room->is_used_up()) return *left = true, errc::ok;
      if (const errc e = derive_events(*set, task, after, room); e != errc::ok) return e;
    }
    return *left = room->is_used_up(), errc::ok;
  }

  // A task whose rows the database keeps as they are stays so.
  errc derive_task(open_set& one, std::int64_t task, derivation_room* room) {
    sqlite_savepoint::ended end{};
    if (const errc e = forget(task, &end); e != errc::ok) return e;
    if (end == sqlite_savepoint::ended::undone) return errc::ok;
    if (const errc e = add_registration(one, task); e != errc::ok) return e;
    return derive_events(one, task, 0, room);
  }

  // From the event after that sequence on; what does not fit the room goes to the backlog. A
  // callback that comes in between is merged at once and once more in its turn: the last of equal
  // stages is still the later one.
  errc derive_events(open_set& one, std::int64_t task, std::int64_t after, derivation_room* room) {
    if (ended_.contains(task)) return backlog_.remove(task);
    const bool is_begun = after > 0;
    bool is_whole = true;
    {
      auto rows = events_.after(task, after);
      while (rows.next()) {
        is_whole = room->events > 0 && room->bytes > 0;
        if (!is_whole) break;
        after = sqlite_task_events::sequence_of(rows);
        room->take_event(sqlite_task_events::raw_of(rows).size());
        if (!sqlite_task_events::has_rows(rows)) continue;
        if (const errc e = derive_event(one, task, rows); e != errc::ok) return e;
      }
      if (is_whole && rows.error() != errc::ok) return rows.error();
    }
    if (!is_whole) return backlog_.keep(task, after);
    return is_begun ? backlog_.remove(task) : errc::ok;
  }

  void note(const record_plan& plan, std::string_view why) {
    problem_ = "record '" + std::string{plan.name} + "': " + std::string{why};
  }

  // A body that does not fit the schema any more has no rows.
  errc derive_event(open_set& one, std::int64_t task, const sqlite_rows& row) {
    const std::string_view raw = sqlite_task_events::raw_of(row);
    const void* const payload = parse(one, raw);
    if (payload == nullptr) return errc::ok;
    arena memory{room_for(raw.size(), largest_record_bytes(*one.set, payload))};
    std::uint8_t rank = 0;
    record_input in = sqlite_task_events::input(*one.set, row, &rank);
    in.payload = payload;
    if (const errc e = context_.read(task, one.set->context, memory, &in.context); e != errc::ok)
      return e;
    derived done{};
    const errc e = merge_safely(one, in, rank, task, memory, &done);
    return note_refused(e, done, task);
  }

  // nullptr when it does not fit the schema now.
  const void* parse(const open_set& one, std::string_view raw) {
    parsed_.resize(std::max(parsed_.size(), one.set->bytes_needed(raw.size())));
    arena parsing{parsed_};
    return one.set->parse(raw, parsing);
  }

  errc derive_next(open_set& one, derivation_room* room) {
    std::int64_t task = sqlite_record_catalog::all_filled;
    {
      auto rows = next_task_.query(one.derive_from, one.set->provider);
      if (rows.next()) task = rows.integer(0);
      if (rows.error() != errc::ok) return rows.error();
    }
    if (task != sqlite_record_catalog::all_filled)
      if (const errc e = derive_task(one, task, room); e != errc::ok) return e;
    one.derive_from = task;
    return catalog_.note(one.set->provider, task);
  }

  sqlite_connection* connection_ = nullptr;
  sqlite_record_catalog catalog_;
  sqlite_savepoint savepoint_;
  sqlite_task_context context_;
  sqlite_record_backlog backlog_;
  std::list<open_set> sets_;
  std::list<sqlite_statement> forget_;
  sqlite_task_events events_;
  sqlite_statement task_, next_task_, registration_;
  std::vector<std::byte> room_, parsed_;
  std::set<std::int64_t> ended_;  // tasks whose rows have ended a transaction
  refusal_log on_refusal_;
  std::uint64_t refusals_ = 0;
  cut_text<limits::max_reason_bytes> problem_;
};

}  // namespace callgate::store
