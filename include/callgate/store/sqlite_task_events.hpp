// SPDX-License-Identifier: Apache-2.0
// The stored callbacks of one task, for deriving its records anew.
#pragma once

#include <callgate/provider/record_set.hpp>
#include <callgate/store/record_rule.hpp>
#include <callgate/store/sqlite_connection.hpp>
#include <callgate/store/stage_rule.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate::store {

class sqlite_task_events {
 public:
  [[nodiscard]] errc open(sqlite_connection& connection) {
    return events_.prepare(
        connection,
        "SELECT e.sequence, e.mount, t.task_id, e.stage, e.result, e.code, e.message,"
        " e.received_at, e.raw, e.provider, e.record_id, e.attempt, t.attempt"
        " FROM events e JOIN tasks t ON t.number = e.task"
        " WHERE e.task = ?1 AND e.sequence > ?2 ORDER BY e.sequence");
  }

  // By sequence, from the one after it on.
  [[nodiscard]] auto after(std::int64_t task, std::int64_t sequence) {
    return events_.query(task, sequence);
  }

  [[nodiscard]] static std::int64_t sequence_of(const sqlite_rows& row) { return row.integer(0); }
  [[nodiscard]] static std::string_view raw_of(const sqlite_rows& row) { return row.bytes(8); }

  // Rows are of the latest attempt, and of what counts.
  [[nodiscard]] static bool has_rows(const sqlite_rows& row) {
    return row.integer(11) >= row.integer(12) &&
           store::has_rows(static_cast<outcome>(row.integer(4)));
  }

  // *rank: with which it moves the task. Lifetime: as of the row.
  [[nodiscard]] static record_input input(const record_set& set, const sqlite_rows& row,
                                          std::uint8_t* rank) {
    const std::optional<std::int64_t> code = row.optional_integer(5);
    record_input in{.raw = raw_of(row),
                    .provider = row.bytes(9),
                    .mount = row.bytes(1),
                    .task_id = row.bytes(2),
                    .record_id = row.bytes(10),
                    .stage = row.bytes(3),
                    .result = static_cast<outcome>(row.integer(4)),
                    .code = code,
                    .known_code = code ? set.find_code(*code) : nullptr,
                    .message = row.bytes(6),
                    .received_at = row.integer(7),
                    .sequence = sequence_of(row)};
    *rank = 0;
    for (std::size_t i = 0; i < set.stages.size(); ++i)
      if (const stage& s = set.stages[i]; s.name == in.stage) {
        in.stage_index = static_cast<std::int16_t>(i);
        in.status = s.status;
        *rank = moving_rank(in.result, s.rank);
      }
    return in;
  }

 private:
  sqlite_statement events_;
};

}  // namespace callgate::store
