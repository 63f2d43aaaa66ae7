// SPDX-License-Identifier: Apache-2.0
// Which record tables there are, what they were made from, and how far they are filled.
#pragma once

#include <callgate/provider/record_set.hpp>
#include <callgate/store/sqlite_connection.hpp>
#include <callgate/store/sqlite_record_table.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::store {

// The table record_tables. Works inside the transaction of its caller.
class sqlite_record_catalog {
 public:
  static constexpr std::int64_t all_filled = -1;

  [[nodiscard]] errc open(sqlite_connection& connection) {
    connection_ = &connection;
    const std::array<errc, 6> prepared{
        known_.prepare(connection,
                       "SELECT layout, digest, derive_from FROM record_tables WHERE name = ?1"),
        of_provider_.prepare(connection, "SELECT name FROM record_tables WHERE provider = ?1"),
        all_.prepare(connection, "SELECT name FROM record_tables"),
        add_.prepare(connection,
                     "INSERT INTO record_tables (name, provider, layout, digest, derive_from)"
                     " VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT (name) DO UPDATE SET"
                     " provider = ?2, layout = ?3, digest = ?4, derive_from = 0"),
        remove_.prepare(connection, "DELETE FROM record_tables WHERE name = ?1"),
        note_.prepare(connection, "UPDATE record_tables SET derive_from = ?2 WHERE provider = ?1")};
    for (const errc e : prepared)
      if (e != errc::ok) return e;
    return errc::ok;
  }

  // Makes the set's tables that are new or look different, and drops those that it has no more: who
  // comes back finds its rows anew. *derive_from: the task after which rows are missing, of the
  // earliest of the tables, or all_filled.
  [[nodiscard]] errc update(const record_set& set, std::int64_t* derive_from) {
    *derive_from = all_filled;
    if (const errc e = drop_others(set); e != errc::ok) return e;
    for (const record_plan& plan : set.plans) {
      std::int64_t from = 0;
      if (const errc e = ensure({set.provider, plan}, set.digest, &from); e != errc::ok) return e;
      const bool is_earlier = *derive_from == all_filled || from < *derive_from;
      if (from != all_filled && is_earlier) *derive_from = from;
    }
    return errc::ok;
  }

  [[nodiscard]] errc note(std::string_view provider, std::int64_t derive_from) {
    return note_.run(provider, derive_from);
  }

  // Also of providers that are mounted no more.
  [[nodiscard]] errc names(std::vector<std::string>* found) { return read(all_.query(), found); }

 private:
  static errc read(sqlite_rows&& rows, std::vector<std::string>* names) {
    while (rows.next()) names->push_back(rows.text(0));
    return rows.error();
  }

  errc drop_others(const record_set& set) {
    std::vector<std::string> names;
    if (const errc e = read(of_provider_.query(set.provider), &names); e != errc::ok) return e;
    for (const record_plan& plan : set.plans)
      std::erase(names, record_table_sql{set.provider, plan}.name());
    for (const std::string& name : names) {
      if (const errc e = drop(name); e != errc::ok) return e;
      if (const errc e = remove_.run(std::string_view{name}); e != errc::ok) return e;
    }
    return errc::ok;
  }

  // A table whose columns are as they were keeps its rows until its tasks' turns come.
  errc ensure(const record_table_sql& sql, std::uint64_t digest, std::int64_t* from) {
    const std::string name = sql.name(), layout = sql.layout();
    bool is_alike = false;
    {
      auto rows = known_.query(std::string_view{name});
      const bool found = rows.next();
      if (rows.error() != errc::ok) return rows.error();
      is_alike = found && rows.bytes(0) == layout;
      if (is_alike && static_cast<std::uint64_t>(rows.integer(1)) == digest)
        return *from = rows.integer(2), errc::ok;
    }
    if (!is_alike)
      if (const errc e = make(sql); e != errc::ok) return e;
    return add_.run(std::string_view{name}, sql.provider, std::string_view{layout}, digest);
  }

  errc make(const record_table_sql& sql) {
    const errc e = drop(sql.name());
    return e == errc::ok ? connection_->execute(sql.create().c_str()) : e;
  }

  errc drop(const std::string& name) {
    return connection_->execute(("DROP TABLE IF EXISTS " + name).c_str());
  }

  sqlite_connection* connection_ = nullptr;
  sqlite_statement known_, of_provider_, all_, add_, remove_, note_;
};

}  // namespace callgate::store
