// SPDX-License-Identifier: Apache-2.0
// The event feed: what it is asked and what it answers, without sockets.
#pragma once

#include <callgate/core/limits.hpp>
#include <callgate/core/result.hpp>
#include <callgate/json/string_writer.hpp>
#include <callgate/json/validate.hpp>
#include <callgate/server/api_answer.hpp>
#include <callgate/server/api_parameters.hpp>
#include <callgate/server/history_json.hpp>
#include <callgate/store/event_query.hpp>
#include <callgate/store/history.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace callgate {

struct feed_request {
  store::event_query query{};
  std::chrono::seconds wait{0};  // for the first event
};

[[nodiscard]] inline result<feed_request, api_answer> read_feed_request(
    const api_parameters& given) {
  feed_request out;
  const auto after = given.number("after", 0, 0, INT64_MAX);
  if (!after) return failure{after.error()};
  const auto limit = given.number("limit", 100, 1, limits::max_feed_events);
  if (!limit) return failure{limit.error()};
  const auto wait = given.number("wait", 0, 0, limits::max_feed_wait.count());
  if (!wait) return failure{wait.error()};
  out.query.after = *after;
  out.query.limit = static_cast<std::size_t>(*limit);
  out.query.provider = given.text("provider");
  out.wait = std::chrono::seconds{*wait};
  return out;
}

namespace detail {

// One line per event: line breaks between the tokens of a JSON body become spaces. Within a string
// JSON has none.
inline void write_raw_in_line(json::string_writer& out, std::string_view raw) {
  if (json::validate(raw)) return write_raw_bytes(out, raw);
  out.key("raw");
  if (raw.find_first_of("\r\n") == std::string_view::npos) return out.raw(raw);
  std::string line(raw);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  out.raw(line);
}

inline void write_event(json::string_writer& out, const store::stored_event& e) {
  out.begin_object();
  out.key("sequence");
  out.integer(e.sequence);
  out.key("provider");
  out.string(e.provider);
  out.key("mount");
  out.string(e.mount);
  out.key("task_id");
  out.string(e.task_id);
  write_text_or_null(out, "record_id", e.record_id);
  write_text_or_null(out, "stage", e.stage);
  out.key("outcome");
  out.string(enum_name(e.result));
  out.key("moved");
  out.boolean(e.moved);
  write_code(out, "status_code", e.code);
  write_text_or_null(out, "status_message", e.message);
  write_time(out, "timestamp", e.received_at);
  write_raw_in_line(out, e.raw);
  out.end_object();
}

}  // namespace detail

// NDJSON, and X-Next-After: where to go on, also when there is no line.
[[nodiscard]] inline api_answer events_answer(const store::event_batch& batch) {
  api_answer out{200, {}, "application/x-ndjson", batch.next_after};
  std::size_t size = 0;  // about
  for (const store::stored_event& e : batch.events) size += e.raw.size() + 512;
  out.body.reserve(size);
  for (const store::stored_event& e : batch.events) {
    json::string_writer line(out.body);
    detail::write_event(line, e);
    out.body += '\n';
  }
  return out;
}

// A reader that has seen more than there is would wait for ever, or miss what comes.
[[nodiscard]] inline api_answer after_ahead(std::int64_t after, std::int64_t last_sequence) {
  return api_error(409, "after_ahead",
                   "after is " + std::to_string(after) + ", the last event is " +
                       std::to_string(last_sequence) +
                       ": this is another store, or an older copy of it; begin again from 0");
}

}  // namespace callgate
