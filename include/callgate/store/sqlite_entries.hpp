// SPDX-License-Identifier: Apache-2.0
// Rows of the embedded database as entries and events.
#pragma once

#include <callgate/provider/outcome.hpp>
#include <callgate/provider/stage.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/history_query.hpp>
#include <callgate/store/sqlite_connection.hpp>

#include <string>
#include <string_view>

namespace callgate::store {

// Of the table tasks.
struct sqlite_task_row {
  static constexpr std::string_view columns =
      "number, id, mount, provider, task_id, record_id, last_result, stage, status, last_stage,"
      " code, message, first_received_at, last_received_at, callbacks, last_sequence,"
      " attempt";

  [[nodiscard]] static history_position position(const sqlite_rows& rows) noexcept {
    return {rows.integer(13), false, rows.integer(0)};
  }

  // Lifetime: as of the row.
  [[nodiscard]] static entry_view view(const sqlite_rows& rows) noexcept {
    entry_view e;
    e.task_id = rows.bytes(4);
    e.record_id = rows.bytes(5);
    e.stage = rows.bytes(7);
    e.status = static_cast<task_status>(rows.integer(8));
    e.code = rows.optional_integer(10);
    e.message = rows.bytes(11);
    return e;
  }

  [[nodiscard]] static history_entry entry(const sqlite_rows& rows) {
    history_entry e;
    e.id = rows.text(1);
    e.mount = rows.text(2);
    e.provider = rows.text(3);
    e.task_id = rows.text(4);
    e.record_id = rows.text(5);
    e.result = static_cast<outcome>(rows.integer(6));
    e.stage = rows.text(7);
    e.status = static_cast<task_status>(rows.integer(8));
    e.last_stage = rows.text(9);
    e.code = rows.optional_integer(10);
    e.message = rows.text(11);
    e.first_received_at = rows.integer(12);
    e.last_received_at = rows.integer(13);
    e.callbacks = rows.integer(14);
    e.sequence = rows.integer(15);
    e.attempt = rows.integer(16);
    return e;
  }
};

// Of the table quarantine, without the raw body.
struct sqlite_quarantine_row {
  static constexpr std::string_view columns =
      "number, id, mount, provider, task_id, result, reason, stage, received_at";

  [[nodiscard]] static history_position position(const sqlite_rows& rows) noexcept {
    return {rows.integer(8), true, rows.integer(0)};
  }

  // Lifetime: as of the row.
  [[nodiscard]] static entry_view view(const sqlite_rows& rows) noexcept {
    entry_view e;
    e.quarantined = true;
    e.task_id = rows.bytes(4);
    e.reason = rows.bytes(6);
    return e;
  }

  [[nodiscard]] static history_entry entry(const sqlite_rows& rows) {
    history_entry e;
    e.quarantined = true;
    e.sequence = rows.integer(0);
    e.id = rows.text(1);
    e.mount = rows.text(2);
    e.provider = rows.text(3);
    e.task_id = rows.text(4);
    e.result = static_cast<outcome>(rows.integer(5));
    e.reason = rows.text(6);
    e.last_stage = rows.text(7);
    e.first_received_at = e.last_received_at = rows.integer(8);
    e.callbacks = 1;
    return e;
  }
};

// Of events e, joined with their tasks t, without the raw body.
struct sqlite_event_row {
  static constexpr std::string_view columns =
      "e.sequence, e.mount, e.provider, t.task_id, t.record_id, e.stage, e.result, e.moved, e.code,"
      " e.message, e.received_at, e.reason, e.attempt";
  static constexpr int column_count = 13;

  [[nodiscard]] static stored_event event(const sqlite_rows& rows) {
    stored_event e;
    e.sequence = rows.integer(0);
    e.mount = rows.text(1);
    e.provider = rows.text(2);
    e.task_id = rows.text(3);
    e.record_id = rows.text(4);
    e.stage = rows.text(5);
    e.result = static_cast<outcome>(rows.integer(6));
    e.moved = rows.integer(7) != 0;
    e.code = rows.optional_integer(8);
    e.message = rows.text(9);
    e.received_at = rows.integer(10);
    e.reason = rows.text(11);
    e.attempt = rows.integer(12);
    return e;
  }
};

}  // namespace callgate::store
