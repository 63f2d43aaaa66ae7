// SPDX-License-Identifier: Apache-2.0
// The table of one record: made from its plan, written by merging.
#pragma once

#include <callgate/provider/record.hpp>
#include <callgate/store/record_rule.hpp>
#include <callgate/store/sqlite_connection.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace callgate::store {

// Names and SQL of a record's table. Names come from checked schemas: letters, digits, underscores
// and dots.
struct record_table_sql {
  std::string_view provider;
  const record_plan& plan;

  [[nodiscard]] std::string name() const {
    return "record_" + std::string{provider} + "__" + std::string{plan.name};
  }

  // A change of it makes the table anew.
  [[nodiscard]] std::string layout() const {
    std::string text;
    for (std::size_t c = 0; c < plan.columns.size(); ++c)
      text += (c < plan.key_columns ? "key " : "") + definition(plan.columns[c]) + "\n";
    return text;
  }

  // ranks: a byte per column, of the callback that gave it its value.
  [[nodiscard]] std::string create() const {
    std::string columns = "_task INTEGER NOT NULL";
    for (const record_column& c : plan.columns) columns += ", " + definition(c);
    return "CREATE TABLE " + name() + " (" + columns +
           ", _ranks BLOB NOT NULL, PRIMARY KEY (_task" + keys() + ")) WITHOUT ROWID";
  }

  [[nodiscard]] std::string select_ranks() const {
    std::string where = " WHERE _task = ?1";
    for (std::size_t k = 0; k < plan.key_columns; ++k)
      where += " AND " + column(k) + " = ?" + std::to_string(k + 2);
    return "SELECT _ranks FROM " + name() + where;
  }

  // ?1 task, then the columns, then ranks, then a bit for each column: whether it is taken.
  [[nodiscard]] std::string merge() const {
    const std::size_t width = plan.columns.size();
    std::string into = "_task", values = "?1", set;
    for (std::size_t c = 0; c < width; ++c) {
      into += ", " + column(c);
      values += ", ?" + std::to_string(c + 2);
      if (c >= plan.key_columns)
        set += column(c) + " = iif(?" + std::to_string(width + 3) + " >> " + std::to_string(c) +
               " & 1, excluded." + column(c) + ", " + column(c) + "), ";
    }
    return "INSERT INTO " + name() + " (" + into + ", _ranks) VALUES (" + values + ", ?" +
           std::to_string(width + 2) + ") ON CONFLICT (_task" + keys() + ") DO UPDATE SET " + set +
           "_ranks = excluded._ranks";
  }

  // ?1 task id, ?2 mount.
  [[nodiscard]] std::string select_rows() const {
    std::string columns;
    for (std::size_t c = 0; c < plan.columns.size(); ++c)
      columns += (c == 0 ? "" : ", ") + column(c);
    return "SELECT " + columns + " FROM " + name() +
           " WHERE _task = (SELECT number FROM tasks WHERE task_id = ?1 AND mount = ?2)"
           " ORDER BY _task" +
           keys();
  }

 private:
  [[nodiscard]] std::string column(std::size_t index) const {
    std::string text{plan.columns[index].name};
    std::replace(text.begin(), text.end(), '.', '_');
    return "\"" + text + "\"";
  }
  [[nodiscard]] std::string keys() const {
    std::string text;
    for (std::size_t k = 0; k < plan.key_columns; ++k) text += ", " + column(k);
    return text;
  }
  [[nodiscard]] std::string definition(const record_column& c) const {
    const auto index = static_cast<std::size_t>(&c - plan.columns.data());
    return column(index) + " " + type_of(c.type);
  }
  [[nodiscard]] static const char* type_of(column_type type) {
    switch (type) {
      case column_type::real: return "REAL";
      case column_type::integer:
      case column_type::boolean:
      case column_type::timestamp: return "INTEGER";
      case column_type::text:
      case column_type::json: break;
    }
    return "TEXT";
  }
};

// The writing side, within its caller's transaction.
class sqlite_record_table {
 public:
  [[nodiscard]] errc open(const sqlite_connection& connection, const record_table_sql& sql) {
    plan_ = &sql.plan;
    errc e = select_.prepare(connection, sql.select_ranks());
    if (e == errc::ok) e = merge_.prepare(connection, sql.merge());
    return e;
  }

  // values: one row, as long as the plan's columns.
  [[nodiscard]] errc merge(std::int64_t task, std::span<const scalar> values, std::uint8_t rank) {
    std::array<std::uint8_t, max_record_columns> ranks{};
    if (const errc e = read_ranks(task, values.first(plan_->key_columns), ranks); e != errc::ok)
      return e;
    merge_.bind_at(1, task);
    int index = 1;
    std::uint64_t taken = 0;
    for (std::size_t c = 0; c < values.size(); ++c) {
      merge_.bind_at(++index, values[c]);
      if (!takes_value(values[c], rank, ranks[c])) continue;
      ranks[c] = rank;
      taken |= std::uint64_t{1} << c;
    }
    const std::string_view bytes{reinterpret_cast<const char*>(ranks.data()), values.size()};
    merge_.bind_at(++index, sqlite_blob_view{bytes});
    merge_.bind_at(++index, static_cast<std::int64_t>(taken));
    return merge_.run_bound();
  }

 private:
  errc read_ranks(std::int64_t task, std::span<const scalar> keys,
                  std::array<std::uint8_t, max_record_columns>& ranks) {
    select_.bind_at(1, task);
    int index = 1;
    for (const scalar& key : keys) select_.bind_at(++index, key);
    auto rows = select_.query_bound();
    if (!rows.next()) return rows.error();
    const std::string_view bytes = rows.bytes(0);
    if (bytes.size() > ranks.size()) return errc::corrupt;
    std::copy(bytes.begin(), bytes.end(), ranks.begin());
    return errc::ok;
  }

  const record_plan* plan_ = nullptr;
  sqlite_statement select_, merge_;
};

}  // namespace callgate::store
