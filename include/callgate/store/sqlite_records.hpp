// SPDX-License-Identifier: Apache-2.0
// The records of the embedded store: rows derived in the transaction that stores their callback.
//
//   stored event -> evaluate every record -> merge row by row
//   new or changed record -> table made anew -> derive() over the stored bodies, task by task
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/provider/record_set.hpp>
#include <callgate/store/append_request.hpp>
#include <callgate/store/record_evaluation.hpp>
#include <callgate/store/sqlite_connection.hpp>
#include <callgate/store/sqlite_record_table.hpp>
#include <callgate/store/stage_rule.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::store {

// Works inside the transaction of its caller.
class sqlite_records {
 public:
  // What became of one callback's records.
  enum class derived : std::uint8_t { all, none };

  [[nodiscard]] errc open(sqlite_connection& connection, std::span<const record_set* const> sets) {
    connection_ = &connection;
    sets_.clear();
    forget_.clear();
    for (const record_set* set : sets)
      if (const errc e = open(*set); e != errc::ok) return e;
    const std::array<errc, 5> prepared{
        savepoint_.prepare(connection, "SAVEPOINT record_rows"),
        release_.prepare(connection, "RELEASE record_rows"),
        undo_.prepare(connection, "ROLLBACK TO record_rows"),
        context_.prepare(connection, "SELECT name, value FROM task_context WHERE task = ?1"),
        events_.prepare(
            connection,
            "SELECT e.sequence, e.mount, t.task_id, e.stage, e.result, e.code,"
            " e.message, e.received_at, e.raw, e.provider, t.record_id, e.attempt,"
            " t.attempt"
            " FROM events e"
            " JOIN tasks t ON t.number = e.task WHERE e.task = ?1 ORDER BY e.sequence")};
    for (const errc e : prepared)
      if (e != errc::ok) return e;
    if (const errc e = prepare_forgetting(); e != errc::ok) return e;
    return next_task_.prepare(connection,
                              "SELECT number FROM tasks WHERE number > ?1 AND provider = ?2"
                              " ORDER BY number LIMIT 1");
  }

  // What a request has beside the columns of its spool. Lifetime: until the next function here.
  [[nodiscard]] errc restore(append_request& request) {
    open_set* const set = find(request.provider);
    if (set == nullptr) return derive_later(request.provider);
    for (std::size_t i = 0; i < set->set->stages.size(); ++i)
      if (set->set->stages[i].name == request.stage)
        request.stage_index = static_cast<std::int16_t>(i);
    request.records = set->set;
    request.payload = parse(*set, request.raw);
    return errc::ok;
  }

  // Of a callback that was just stored. *done is none when they cannot be derived: then no row of
  // it is there. Errors: only what makes the whole transaction fail.
  [[nodiscard]] errc add(const append_request& request, std::int64_t task, derived* done) {
    *done = derived::all;
    if (request.records == nullptr || request.payload == nullptr) return errc::ok;
    open_set* const set = find(*request.records);
    if (set == nullptr || set->tables.empty()) return errc::ok;
    record_input in{.payload = request.payload,
                    .raw = request.raw,
                    .provider = request.provider,
                    .mount = request.mount,
                    .task_id = request.task_id,
                    .record_id = request.record_id,
                    .stage = request.stage,
                    .stage_index = request.stage_index,
                    .status = request.status,
                    .result = request.result,
                    .code = request.code,
                    .code_name = code_name(*set->set, request.code),
                    .message = request.message,
                    .received_at = request.received_at,
                    .sequence = request.sequence};
    arena memory{room_for(request.raw.size(), largest_record_bytes(*set->set, request.payload))};
    if (const errc e = read_context(*set, task, memory, &in); e != errc::ok) return e;
    return merge_safely(*set, in, moving_rank(request.result, request.rank), task, memory, done);
  }

  // All records of a task anew, from its stored bodies.
  [[nodiscard]] errc derive_task(std::string_view provider, std::int64_t task) {
    open_set* const set = find(provider);
    if (set == nullptr) return errc::ok;
    if (const errc e = forget(task); e != errc::ok) return e;
    for (auto rows = events_.query(task); rows.next() || rows.error() != errc::ok;) {
      if (rows.error() != errc::ok) return rows.error();
      if (rows.integer(11) < rows.integer(12)) continue;  // rows are of the latest attempt
      if (const errc e = derive_event(*set, task, rows); e != errc::ok) return e;
    }
    return errc::ok;
  }

  // Goes on with the tables that were made anew: up to limit tasks. *left: whether some are.
  [[nodiscard]] errc derive(std::size_t limit, bool* left) {
    for (open_set& one : sets_)
      for (; one.derive_from >= 0; --limit) {
        if (limit == 0) return *left = true, errc::ok;
        if (const errc e = derive_next(one); e != errc::ok) return e;
      }
    return *left = false, errc::ok;
  }

  // The rows of a task that goes.
  [[nodiscard]] errc forget(std::int64_t task) {
    for (sqlite_statement& each : forget_)
      if (const errc e = each.run(task); e != errc::ok) return e;
    return errc::ok;
  }

 private:
  static constexpr std::size_t scratch_bytes = 256 * 1024;  // made texts and the context

  struct open_set {
    const record_set* set = nullptr;
    std::vector<sqlite_record_table> tables{};
    std::int64_t derive_from = -1;  // task number after which rows are still missing; -1: none are

    // The earliest of its tables counts.
    void wait_for(std::int64_t from) {
      if (from >= 0) derive_from = derive_from < 0 ? from : std::min(derive_from, from);
    }
  };

  // Makes the tables whose layout is not what the schema says, then prepares all of them.
  errc open(const record_set& set) {
    open_set& one = sets_.emplace_back(open_set{&set});
    one.tables.reserve(set.plans.size());
    for (const record_plan& plan : set.plans) {
      const record_table_sql sql{set.provider, plan};
      if (const errc e = ensure(sql, &one); e != errc::ok) return e;
      if (const errc e = one.tables.emplace_back().open(*connection_, sql); e != errc::ok) return e;
    }
    return errc::ok;
  }

  errc ensure(const record_table_sql& sql, open_set* one) {
    sqlite_statement known;
    if (const errc e = known.prepare(*connection_,
                                     "SELECT layout, derive_from FROM record_tables"
                                     " WHERE name = ?1");
        e != errc::ok)
      return e;
    {
      const std::string name = sql.name();
      auto rows = known.query(std::string_view{name});
      const bool found = rows.next();
      if (rows.error() != errc::ok) return rows.error();
      if (found && rows.bytes(0) == sql.layout()) {
        one->wait_for(rows.integer(1));
        return errc::ok;
      }
    }
    one->wait_for(0);
    return make(sql);
  }

  errc make(const record_table_sql& sql) {
    const std::string name = sql.name(), layout = sql.layout();
    if (const errc e = connection_->execute(("DROP TABLE IF EXISTS " + name).c_str());
        e != errc::ok)
      return e;
    if (const errc e = connection_->execute(sql.create().c_str()); e != errc::ok) return e;
    sqlite_statement note;
    const errc e = note.prepare(*connection_,
                                "INSERT INTO record_tables (name, provider, layout, derive_from)"
                                " VALUES (?1, ?2, ?3, 0) ON CONFLICT (name) DO UPDATE SET"
                                " provider = ?2, layout = ?3, derive_from = 0");
    return e == errc::ok ? note.run(std::string_view{name}, sql.provider, std::string_view{layout})
                         : e;
  }

  // Also of providers that are mounted no more: their tasks go, too.
  errc prepare_forgetting() {
    sqlite_statement all;
    if (const errc e = all.prepare(*connection_, "SELECT name FROM record_tables"); e != errc::ok)
      return e;
    auto rows = all.query();
    while (rows.next()) {
      const std::string sql = "DELETE FROM " + rows.text(0) + " WHERE _task = ?1";
      if (const errc e = forget_.emplace_back().prepare(*connection_, sql); e != errc::ok) return e;
    }
    return rows.error();
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

  errc read_context(const open_set& one, std::int64_t task, arena& memory, record_input* in) {
    const auto fields = one.set->context;
    if (fields.empty()) return errc::ok;
    scalar* const values = memory.allocate_array<scalar>(fields.size());
    if (values == nullptr) return errc::ok;
    auto rows = context_.query(task);
    while (rows.next())
      for (std::size_t i = 0; i < fields.size(); ++i)
        if (rows.bytes(0) == fields[i].name) values[i] = kept(rows.value(1), fields[i], memory);
    in->context = {values, fields.size()};
    return rows.error();
  }

  static std::string_view code_name(const record_set& set, std::optional<std::int64_t> code) {
    return code ? set.code_name(*code) : std::string_view{};
  }

  static scalar kept(scalar value, const context_field& field, arena& memory) {
    if (field.type == column_type::boolean)
      return {.kind = scalar::type::boolean, .boolean = value.integer != 0};
    if (value.kind != scalar::type::text) return value;
    char* const room = memory.allocate_array<char>(value.text.size());
    if (room == nullptr) return {};
    value.text = {room, value.text.copy(room, value.text.size())};
    return value;
  }

  // All rows or none.
  errc merge_safely(open_set& one, const record_input& in, std::uint8_t rank, std::int64_t task,
                    arena& memory, derived* done) {
    if (const errc e = savepoint_.run(); e != errc::ok) return e;
    const errc merged = merge(one, in, rank, task, memory, done);
    if (merged == errc::rejected) *done = derived::none;
    if (merged != errc::ok && merged != errc::rejected) return merged;
    if (*done == derived::none)
      if (const errc e = undo_.run(); e != errc::ok) return e;
    return release_.run();
  }

  errc merge(open_set& one, const record_input& in, std::uint8_t rank, std::int64_t task,
             arena& memory, derived* done) {
    for (std::size_t i = 0; i < one.tables.size(); ++i) {
      const record_plan& plan = one.set->plans[i];
      const std::size_t mark = memory.used();
      const auto rows = evaluate_record(plan, in, memory);
      if (!rows) return *done = derived::none, errc::ok;
      for (std::size_t at = 0; at < rows->size(); at += plan.columns.size())
        if (const errc e = one.tables[i].merge(task, rows->subspan(at, plan.columns.size()), rank);
            e != errc::ok)
          return e;
      memory.rewind(mark);
    }
    return errc::ok;
  }

  // A body that does not fit the schema any more has no rows.
  errc derive_event(open_set& one, std::int64_t task, const sqlite_rows& row) {
    const std::string_view raw = row.bytes(8);
    const void* const payload = parse(one, raw);
    if (payload == nullptr) return errc::ok;
    arena memory{room_for(raw.size(), largest_record_bytes(*one.set, payload))};
    record_input in{.payload = payload,
                    .raw = raw,
                    .provider = row.bytes(9),
                    .mount = row.bytes(1),
                    .task_id = row.bytes(2),
                    .record_id = row.bytes(10),
                    .stage = row.bytes(3),
                    .result = static_cast<outcome>(row.integer(4)),
                    .code = row.optional_integer(5),
                    .code_name = code_name(*one.set, row.optional_integer(5)),
                    .message = row.bytes(6),
                    .received_at = row.integer(7),
                    .sequence = row.integer(0)};
    std::uint8_t rank = 0;
    for (std::size_t i = 0; i < one.set->stages.size(); ++i)
      if (const stage& s = one.set->stages[i]; s.name == in.stage) {
        in.stage_index = static_cast<std::int16_t>(i);
        in.status = s.status;
        rank = moving_rank(in.result, s.rank);
      }
    if (const errc e = read_context(one, task, memory, &in); e != errc::ok) return e;
    derived done{};
    return merge_safely(one, in, rank, task, memory, &done);
  }

  // nullptr when it does not fit the schema now.
  const void* parse(const open_set& one, std::string_view raw) {
    parsed_.resize(std::max(parsed_.size(), one.set->bytes_needed(raw.size())));
    arena parsing{parsed_};
    return one.set->parse(raw, parsing);
  }

  // Nobody mounts it now: who does next derives its rows from the stored bodies.
  errc derive_later(std::string_view provider) {
    sqlite_statement note;
    const errc e =
        note.prepare(*connection_, "UPDATE record_tables SET derive_from = 0 WHERE provider = ?1");
    return e == errc::ok ? note.run(provider) : e;
  }

  errc derive_next(open_set& one) {
    std::int64_t task = -1;
    {
      auto rows = next_task_.query(one.derive_from, one.set->provider);
      if (rows.next()) task = rows.integer(0);
      if (rows.error() != errc::ok) return rows.error();
    }
    if (task >= 0)
      if (const errc e = derive_task(one.set->provider, task); e != errc::ok) return e;
    one.derive_from = task;
    sqlite_statement note;
    const errc e =
        note.prepare(*connection_, "UPDATE record_tables SET derive_from = ?1 WHERE provider = ?2");
    return e == errc::ok ? note.run(task, one.set->provider) : e;
  }

  sqlite_connection* connection_ = nullptr;
  std::list<open_set> sets_;
  std::list<sqlite_statement> forget_;
  sqlite_statement savepoint_, release_, undo_, context_, events_, next_task_;
  std::vector<std::byte> room_, parsed_;
};

}  // namespace callgate::store
