// SPDX-License-Identifier: Apache-2.0
// History entries as JSON.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/core/encoding.hpp>
#include <callgate/json/string_writer.hpp>
#include <callgate/json/utf8.hpp>
#include <callgate/json/validate.hpp>
#include <callgate/server/code_json.hpp>
#include <callgate/server/expected_stages.hpp>
#include <callgate/server/records_json.hpp>
#include <callgate/store/history.hpp>
#include <callgate/store/history_cursor.hpp>
#include <callgate/store/history_query.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {

namespace detail {

inline void write_text_or_null(json::string_writer& out, std::string_view key,
                               std::string_view text) {
  out.key(key);
  if (text.empty())
    out.null();
  else
    out.string(text);
}

inline void write_code(json::string_writer& out, std::string_view key,
                       const std::optional<std::int64_t>& code) {
  out.key(key);
  if (code)
    out.integer(*code);
  else
    out.null();
}

inline void write_time(json::string_writer& out, std::string_view key, unix_micros at) {
  out.key(key);
  out.string(format_timestamp(at).view());
}

// Other bytes than JSON: as text if they are UTF-8, else in base64, so that none is lost.
inline void write_raw_bytes(json::string_writer& out, std::string_view raw) {
  if (json::is_utf8(raw)) {
    out.key("raw_text");
    return out.string(raw);
  }
  std::string encoded((raw.size() + 2) / 3 * 4, '\0');
  encode_base64({reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size()}, encoded);
  out.key("raw_base64");
  out.string(encoded);
}

inline void write_expected_stages(json::string_writer& out,
                                  const std::vector<expected_stage>& stages) {
  out.key("stages");
  out.begin_array();
  for (const expected_stage& s : stages) {
    out.begin_object();
    out.key("name");
    out.string(s.name);
    write_time(out, "expected_at", s.expected_at);
    if (s.reached_at)
      write_time(out, "reached_at", *s.reached_at);
    else
      write_text_or_null(out, "reached_at", {});
    out.key("overdue");
    out.boolean(s.overdue);
    out.end_object();
  }
  out.end_array();
}

// JSON stays JSON, byte for byte.
inline void write_raw(json::string_writer& out, std::string_view raw) {
  if (json::validate(raw)) return write_raw_bytes(out, raw);
  out.key("raw_data");
  out.raw(raw);
}

inline void write_timeline_item(json::string_writer& out, const store::stored_event& e,
                                std::string_view provider, const code_lookup& codes) {
  out.begin_object();
  out.key("sequence");
  out.integer(e.sequence);
  write_text_or_null(out, "callback_type", e.stage);
  out.key("outcome");
  out.string(enum_name(e.result));
  out.key("moved");
  out.boolean(e.moved);
  write_code(out, "status_code", e.code);
  write_code_row(out, codes, provider, e.code);
  write_text_or_null(out, "status_message", e.message);
  write_text_or_null(out, "reason", e.reason);
  write_time(out, "timestamp", e.received_at);
  out.end_object();
}

inline void write_task_members(json::string_writer& out, const store::history_entry& e,
                               const code_lookup& codes) {
  out.key("status");
  out.string(enum_name(e.status));
  write_text_or_null(out, "callback_progress", e.stage);
  write_text_or_null(out, "last_callback_type", e.last_stage);
  write_code(out, "status_code", e.code);
  write_code_row(out, codes, e.provider, e.code);
  write_text_or_null(out, "status_message", e.message);
  out.key("callbacks");
  out.integer(e.callbacks);
}

inline void write_entry_members(json::string_writer& out, const store::history_entry& e,
                                const code_lookup& codes) {
  out.key("id");
  out.string(e.id);
  out.key("kind");
  out.string(e.quarantined ? "quarantine" : "task");
  out.key("provider");
  out.string(e.provider);
  out.key("mount");
  out.string(e.mount);
  write_text_or_null(out, "task_id", e.task_id);
  write_text_or_null(out, "record_id", e.record_id);
  if (!e.quarantined) write_task_members(out, e, codes);
  out.key("outcome");
  out.string(enum_name(e.result));
  if (e.quarantined) write_text_or_null(out, "reason", e.reason);
  out.key("sequence");
  out.integer(e.sequence);
  write_time(out, "timestamp", e.first_received_at);
  write_time(out, "last_callback_time", e.last_received_at);
}

}  // namespace detail

// {"history":[...],"next_cursor":...}: newest first, without bodies. records: of each entry.
[[nodiscard]] inline std::string history_json(
    const store::history_page& page, const code_lookup& codes = {},
    const std::vector<std::vector<store::record_rows>>& records = {}) {
  std::string text;
  text.reserve(1024 * page.entries.size() + 128);  // about what it takes
  json::string_writer out(text);
  out.begin_object();
  out.key("history");
  out.begin_array();
  for (std::size_t i = 0; i < page.entries.size(); ++i) {
    const store::history_entry& e = page.entries[i];
    out.begin_object();
    detail::write_entry_members(out, e, codes);
    if (!e.quarantined) {
      out.key("records");
      write_records(out, i < records.size() ? records[i] : std::vector<store::record_rows>{});
    }
    out.end_object();
  }
  out.end_array();
  detail::write_text_or_null(out, "next_cursor",
                             page.next ? store::cursor_text(*page.next) : std::string());
  out.end_object();
  return text;
}

// One entry with its timeline, its stages and records, and the body of the callback that set its
// stage. stages: of its provider, as far as it is known.
[[nodiscard]] inline std::string entry_json(const store::history_entry& e,
                                            const code_lookup& codes = {},
                                            const std::vector<store::record_rows>& records = {},
                                            std::span<const stage> stages = {},
                                            unix_micros now = wall_now()) {
  std::string text;
  text.reserve(e.raw.size() + 512 * e.timeline.size() + 1024);  // about what it takes
  json::string_writer out(text);
  out.begin_object();
  detail::write_entry_members(out, e, codes);
  if (!e.quarantined) {
    out.key("timeline");
    out.begin_array();
    for (const store::stored_event& item : e.timeline)
      detail::write_timeline_item(out, item, e.provider, codes);
    out.end_array();
    out.key("timeline_truncated");
    out.boolean(e.timeline_truncated);
    detail::write_expected_stages(out, expected_stages(e, stages, now));
    out.key("records");
    write_records(out, records);
  }
  detail::write_raw(out, e.raw);
  out.end_object();
  return text;
}

}  // namespace callgate
