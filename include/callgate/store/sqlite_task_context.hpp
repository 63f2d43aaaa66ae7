// SPDX-License-Identifier: Apache-2.0
// What an application registered with a task, as expressions read it.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/provider/record.hpp>
#include <callgate/store/sqlite_connection.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace callgate::store {

// The table task_context. Works inside the transaction of its caller.
class sqlite_task_context {
 public:
  [[nodiscard]] errc open(const sqlite_connection& connection) {
    return select_.prepare(connection, "SELECT name, value FROM task_context WHERE task = ?1");
  }

  // By index of the fields; empty when memory is used up. Lifetime: memory's.
  [[nodiscard]] errc read(std::int64_t task, std::span<const context_field> fields, arena& memory,
                          std::span<const scalar>* found) {
    if (fields.empty()) return errc::ok;
    scalar* const values = memory.allocate_array<scalar>(fields.size());
    if (values == nullptr) return errc::ok;
    auto rows = select_.query(task);
    while (rows.next())
      for (std::size_t i = 0; i < fields.size(); ++i)
        if (rows.bytes(0) == fields[i].name) values[i] = kept(rows.value(1), fields[i], memory);
    *found = {values, fields.size()};
    return rows.error();
  }

 private:
  static scalar kept(scalar value, const context_field& field, arena& memory) {
    if (field.type == column_type::boolean && value.kind == scalar::type::integer)
      return {.kind = scalar::type::boolean, .boolean = value.integer != 0};
    if (value.kind != scalar::type::text) return value;
    char* const room = memory.allocate_array<char>(value.text.size());
    if (room == nullptr) return {};
    value.text = {room, value.text.copy(room, value.text.size())};
    return value;
  }

  sqlite_statement select_;
};

}  // namespace callgate::store
