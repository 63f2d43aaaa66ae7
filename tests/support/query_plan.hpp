// SPDX-License-Identifier: Apache-2.0
// How SQLite would run a statement.
#pragma once

#include <callgate/store/sqlite_connection.hpp>
#include <callgate/store/sqlite_schema.hpp>

#include <string>
#include <string_view>

namespace callgate::testing {

// An empty database with every table and index.
inline store::sqlite_connection empty_database() {
  store::sqlite_connection connection;
  if (connection.open_writable(":memory:") != store::errc::ok) return {};
  if (store::sqlite_schema::migrate(connection) != store::errc::ok) return {};
  return connection;
}

// One line per step: "SEARCH tasks USING INDEX ...". A sort shows as a step of its own.
inline std::string plan_of(const store::sqlite_connection& connection, std::string_view sql) {
  store::sqlite_statement statement;
  if (statement.prepare(connection, "EXPLAIN QUERY PLAN " + std::string(sql)) != store::errc::ok)
    return "no statement: " + std::string(connection.message());
  std::string plan;
  auto rows = statement.query();
  while (rows.next()) plan += rows.text(3) + "\n";
  return plan;
}

}  // namespace callgate::testing
