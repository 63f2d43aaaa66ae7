// SPDX-License-Identifier: Apache-2.0
// Structured log lines: one JSON object each.
#pragma once

#include "log_queue.hpp"

#include <callgate/core/clock.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/json/writer.hpp>
#include <callgate/server/callback_record.hpp>

#include <array>
#include <optional>
#include <string_view>

namespace log_line {

inline constexpr std::size_t max_line_bytes = 4096 + callgate::limits::max_log_details_bytes;

// How much an operator should care. What was accepted but is kept apart says why.
inline std::string_view level_of(const callgate::facts& known) {
  using callgate::outcome;
  switch (known.result) {
    case outcome::accepted:
    case outcome::duplicate:
    case outcome::passive: return known.error.empty() ? "info" : "warning";
    case outcome::invalid_signature:
    case outcome::queue_full:
    case outcome::store_error:
    case outcome::deadline:
    case outcome::processing_failed: return "error";
    default: return "warning";
  }
}

// `max_bytes`: a hostile value must not crowd out the rest of the line.
inline void text_or_null(callgate::json::writer& out, std::string_view key,
                         const std::optional<std::string_view>& text, std::size_t max_bytes = 256) {
  out.key(key);
  if (text)
    out.string(text->substr(0, max_bytes));
  else
    out.null();
}

inline void begin(callgate::json::writer& out, std::string_view level, std::string_view message) {
  out.begin_object();
  out.key("time");
  out.string(callgate::format_timestamp(callgate::wall_now()).view());
  out.key("level");
  out.string(level);
  out.key("message");
  out.string(message);
}

// Something that is no callback: starting, stopping, warnings.
inline void say(log_queue& log, std::string_view level, std::string_view message) {
  std::array<char, max_line_bytes> room;
  callgate::json::writer out(room);
  begin(out, level, message);
  out.end_object();
  log.write(out.view());
}

inline std::string_view message_of(const callgate::callback_record& record) {
  if (record.late) return "callback stored after its deadline";
  return record.known.result == callgate::outcome::no_task_id ? "no task id found"
                                                              : "callback received";
}

// One callback: what the sender was told and what truly became of it.
inline void callback(log_queue& log, const callgate::callback_record& record) {
  std::array<char, max_line_bytes> room;
  callgate::json::writer out(room);
  const callgate::facts& known = record.known;
  begin(out, known.missing.empty() ? level_of(known) : "critical", message_of(record));
  out.key("provider");
  out.string(known.provider);
  out.key("mount");
  out.string(known.mount);
  out.key("client");
  out.string(record.client.written().view());
  text_or_null(out, "task_id", known.task_id);
  if (known.task_id) text_or_null(out, "task_id_source", known.task_id_source);
  text_or_null(out, "stage", known.stage);
  out.key("code");
  if (known.code)
    out.integer(*known.code);
  else
    out.null();
  text_or_null(out, "code_name",
               known.known_code ? std::optional(known.known_code->name) : std::nullopt);
  out.key("outcome");
  out.string(enum_name(known.result));
  out.key("http_status");
  out.integer(record.status);
  out.key("sequence");
  out.integer(known.sequence);
  if (!known.error.empty())
    text_or_null(out, "reason", known.error, callgate::limits::max_reason_bytes);
  if (!known.missing.empty()) text_or_null(out, "missing", known.missing);
  out.key("dropped_members");
  out.integer(known.dropped_members);
  out.key("body_bytes");
  out.integer(static_cast<std::int64_t>(record.body_bytes));
  out.key("took_us");
  out.integer(record.took.count());
  if (!record.details.empty()) {
    out.key("details");
    out.raw(record.details);
  }
  if (record.details_left_out) {
    out.key("details_left_out");
    out.boolean(true);
  }
  out.end_object();
  log.write(out.view());
}

}  // namespace log_line
