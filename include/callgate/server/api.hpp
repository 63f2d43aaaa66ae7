// SPDX-License-Identifier: Apache-2.0
// The history API: what it answers, without sockets.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/core/result.hpp>
#include <callgate/core/timestamp.hpp>
#include <callgate/json/members.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/json/string_writer.hpp>
#include <callgate/json/validate.hpp>
#include <callgate/server/api_answer.hpp>
#include <callgate/server/api_body.hpp>
#include <callgate/server/api_context.hpp>
#include <callgate/server/api_parameters.hpp>
#include <callgate/server/api_routes.hpp>
#include <callgate/server/history_json.hpp>
#include <callgate/server/tasks_api.hpp>
#include <callgate/store/history_cursor.hpp>
#include <callgate/store/history_query.hpp>
#include <callgate/store/store.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace callgate {

// One request to the API, with all that it says.
struct api_call {
  api_operation operation = api_operation::list;
  std::string id{};  // decoded
  api_parameters parameters{};
  std::string body{};
};

// The body of POST /api/history/cleanup.
struct cleanup_request {
  std::optional<std::int32_t> days{};
};

inline constexpr std::int32_t default_cleanup_days = 15;
inline constexpr std::int32_t max_cleanup_days = 36'500;

template <>
struct reflect<cleanup_request> {
  static constexpr std::string_view name = "CleanupRequest";
  static constexpr auto members = std::tuple{
      member{
          "days", &cleanup_request::days,
          rule{.minimum = {.set = true, .i = 1}, .maximum = {.set = true, .i = max_cleanup_days}}},
  };
};

namespace detail {

inline constexpr std::int64_t default_page_entries = 50;

// --- reading

[[nodiscard]] inline result<std::optional<unix_micros>, api_answer> time_of(
    const api_parameters& given, std::string_view name) {
  const auto text = given.find(name);
  if (!text) return std::optional<unix_micros>();
  const auto time = parse_timestamp(*text);
  if (time) return time;
  return failure{bad_parameter(name, "a time such as 2026-01-07T20:07:33Z")};
}

// Nothing when all is well.
[[nodiscard]] inline std::optional<api_answer> read_state_filters(const api_parameters& given,
                                                                  store::history_query& query) {
  query.stage = given.text("stage");
  if (const auto status = given.find("status")) {
    query.status = enum_from_name<task_status>(*status);
    if (!query.status) return bad_parameter("status", "pending, processing, completed or failed");
  }
  if (given.find("code")) {
    const auto code = given.number("code", 0, INT64_MIN, INT64_MAX);
    if (!code) return code.error();
    query.code = *code;
  }
  return std::nullopt;
}

[[nodiscard]] inline std::optional<api_answer> read_kinds(const api_parameters& given,
                                                          store::history_query& query) {
  const std::string_view kinds = given.find("quarantined").value_or("both");
  if (kinds == "only")
    query.kinds = store::entry_kinds::quarantine;
  else if (kinds == "without")
    query.kinds = store::entry_kinds::tasks;
  else if (kinds != "both")
    return bad_parameter("quarantined", "only, without or both");
  return std::nullopt;
}

[[nodiscard]] inline std::optional<api_answer> read_text(const api_parameters& given,
                                                         store::history_query& query) {
  query.text = given.text("text");
  if (query.text.size() <= limits::max_search_text_bytes) return std::nullopt;
  return bad_parameter("text",
                       "at most " + std::to_string(limits::max_search_text_bytes) + " bytes long");
}

[[nodiscard]] inline std::optional<api_answer> read_place(const api_parameters& given,
                                                          store::history_query& query) {
  const auto from = time_of(given, "from");
  if (!from) return from.error();
  const auto until = time_of(given, "until");
  if (!until) return until.error();
  query.from = *from;
  query.until = *until;
  const auto limit = given.number("limit", default_page_entries, 1, limits::max_page_entries);
  if (!limit) return limit.error();
  query.limit = static_cast<std::size_t>(*limit);
  if (const auto cursor = given.find("cursor")) {
    query.after = store::read_cursor(*cursor);
    if (!query.after) return bad_parameter("cursor", "the next_cursor of an answer");
  }
  return std::nullopt;
}

[[nodiscard]] inline result<store::history_query, api_answer> query_of(
    const api_parameters& given) {
  store::history_query query;
  query.provider = given.text("provider");
  for (const auto read : {read_state_filters, read_kinds, read_text, read_place})
    if (auto bad = read(given, query)) return failure{std::move(*bad)};
  return query;
}

// --- finding one

// Two providers may know one name: the caller must say which.
[[nodiscard]] inline api_answer ambiguous(std::string_view name,
                                          const std::vector<store::history_entry>& found) {
  const bool more = found.size() == limits::max_found_entries;
  api_answer out{409};
  json::string_writer w(out.body);
  w.begin_object();
  w.key("error");
  w.string("ambiguous");
  w.key("message");
  w.string("'" + std::string(name) + "' names " + (more ? "at least " : "") +
           std::to_string(found.size()) + " entries: add ?provider= or ask by id");
  w.key("candidates");
  w.begin_array();
  for (const store::history_entry& e : found) {
    w.begin_object();
    w.key("id");
    w.string(e.id);
    w.key("provider");
    w.string(e.provider);
    w.key("mount");
    w.string(e.mount);
    w.end_object();
  }
  w.end_array();
  w.end_object();
  return out;
}

// An entry id names one entry whatever else is called the same, and a task's own entry comes before
// bodies in quarantine that name the task.
inline void prefer(std::vector<store::history_entry>& found, std::string_view name) {
  const auto is_quarantined = [](const store::history_entry& e) { return e.quarantined; };
  const auto has_other_id = [&](const store::history_entry& e) { return e.id != name; };
  if (!std::all_of(found.begin(), found.end(), has_other_id))
    std::erase_if(found, has_other_id);
  else if (!std::all_of(found.begin(), found.end(), is_quarantined))
    std::erase_if(found, is_quarantined);
}

// The entry id that a name stands for.
template <store::event_store Store>
[[nodiscard]] result<std::string, api_answer> id_of(Store& store, const api_call& call) {
  auto found = store.find(call.id, call.parameters.text("provider"), limits::max_found_entries);
  if (!found) return failure{store_failed(found.error())};
  prefer(*found, call.id);
  if (found->empty()) return failure{not_found()};
  if (found->size() > 1) return failure{ambiguous(call.id, *found)};
  return found->front().id;
}

// None where the provider is mounted no more, or has no records.
template <store::event_store Store>
[[nodiscard]] result<std::vector<store::record_rows>, store::errc> records_of_entry(
    Store& store, const store::history_entry& entry, const api_context& about) {
  const api_mount* mount = entry.quarantined ? nullptr : about.find(entry.mount);
  if (mount == nullptr) return std::vector<store::record_rows>{};
  return store.records(*mount->records, entry.mount, entry.task_id);
}

// What a list shows of each entry: records of which a task has one row, so that a page stays small.
template <store::event_store Store>
[[nodiscard]] result<std::vector<std::vector<store::record_rows>>, store::errc> records_of_page(
    Store& store, const store::history_page& page, const api_context& about) {
  std::vector<std::vector<store::record_rows>> found;
  for (const store::history_entry& e : page.entries) {
    const api_mount* mount = e.quarantined ? nullptr : about.find(e.mount);
    if (mount == nullptr || mount->single_rows == nullptr) {
      found.emplace_back();
      continue;
    }
    auto rows = store.records(*mount->single_rows, e.mount, e.task_id);
    if (!rows) return failure{rows.error()};
    found.push_back(std::move(*rows));
  }
  return found;
}

// --- removing

// What clients send that always send JSON.
[[nodiscard]] inline bool is_empty_object(std::string_view body) {
  bool is_empty = true;
  const auto see = [&](std::string_view, json::raw_value) { is_empty = false; };
  return !json::validate(body) && json::for_each_member({body}, see) && is_empty;
}

// Removals of one request share the writer with what comes in: batch after batch, and not for
// longer than this, so that the answer comes in time.
inline constexpr std::chrono::seconds max_removal_time{5};
inline constexpr std::size_t removal_batch = 64;

[[nodiscard]] inline api_answer removed_answer(std::size_t removed, bool complete) {
  api_answer out;
  json::string_writer w(out.body);
  w.begin_object();
  w.key("removed");
  w.integer(static_cast<std::int64_t>(removed));
  w.key("complete");
  w.boolean(complete);
  w.end_object();
  return out;
}

template <store::event_store Store>
[[nodiscard]] api_answer remove_before(Store& store, const std::string& provider,
                                       unix_micros time) {
  const auto end = std::chrono::steady_clock::now() + max_removal_time;
  const auto mounts = store.mounts(provider);
  if (!mounts) return store_failed(mounts.error());
  std::size_t total = 0;
  for (const std::string& mount : *mounts) {
    for (std::size_t last = removal_batch; last == removal_batch; total += last) {
      if (std::chrono::steady_clock::now() >= end) return removed_answer(total, false);
      const auto removed = store.remove_before(mount, time, removal_batch);
      if (!removed) return store_failed(removed.error());
      last = *removed;
    }
  }
  return removed_answer(total, true);
}

}  // namespace detail

// --- the operations. Threads: they block on the store, so none is for I/O threads.

// GET /api/history
template <store::event_store Store>
[[nodiscard]] api_answer answer_list(Store& store, const api_call& call,
                                     const api_context& about = {}) {
  const auto query = detail::query_of(call.parameters);
  if (!query) return query.error();
  const auto page = store.history(*query);
  if (!page) return store_failed(page.error());
  const auto records = detail::records_of_page(store, *page, about);
  if (!records) return store_failed(records.error());
  return {200, history_json(*page, about.codes, *records)};
}

// GET /api/history/{id}
template <store::event_store Store>
[[nodiscard]] api_answer answer_entry(Store& store, const api_call& call,
                                      const api_context& about = {}) {
  const auto id = detail::id_of(store, call);
  if (!id) return id.error();
  const auto found = store.entry(*id);
  if (!found) return store_failed(found.error());
  if (!*found) return not_found();
  const auto rows = detail::records_of_entry(store, **found, about);
  if (!rows) return store_failed(rows.error());
  const api_mount* mount = about.find((*found)->mount);
  const auto stages = mount == nullptr ? std::span<const stage>{} : mount->records->stages;
  return {200, entry_json(**found, about.codes, *rows, stages)};
}

// GET /api/history/{id}/raw: the very bytes.
template <store::event_store Store>
[[nodiscard]] api_answer answer_raw(Store& store, const api_call& call) {
  const auto sequence = call.parameters.number("sequence", 0, 1, INT64_MAX);
  if (!sequence) return sequence.error();
  const auto id = detail::id_of(store, call);
  if (!id) return id.error();
  auto body = store.raw(*id, *sequence);
  if (!body) return store_failed(body.error());
  if (!*body) return api_error(404, "not_found", "the entry has no body of this sequence");
  const bool is_json = !json::validate(**body);
  return {200, std::move(**body), is_json ? "application/json" : "application/octet-stream"};
}

// DELETE /api/history/{id}: by entry id only, so that nothing else can be meant.
template <store::event_store Store>
[[nodiscard]] api_answer answer_remove(Store& store, const api_call& call) {
  const auto removed = store.remove(call.id);
  if (!removed) return store_failed(removed.error());
  return *removed ? api_answer{204} : api_error(404, "not_found", "no entry has this id");
}

// POST /api/history/clear: what is there now; what comes meanwhile stays.
template <store::event_store Store>
[[nodiscard]] api_answer answer_clear(Store& store, const api_call& call) {
  if (!call.body.empty() && !detail::is_empty_object(call.body))
    return api_error(400, "bad_body", "the body must be absent, or {}");
  store::history_query newest;
  newest.limit = 1;
  const auto page = store.history(newest);
  if (!page) return store_failed(page.error());
  unix_micros time = wall_now();  // an entry may be of later, when the clock was set back
  if (!page->entries.empty()) time = std::max(time, page->entries.front().last_received_at);
  return detail::remove_before(store, call.parameters.text("provider"), time + 1);
}

// POST /api/history/cleanup
template <store::event_store Store>
[[nodiscard]] api_answer answer_cleanup(Store& store, const api_call& call) {
  const auto asked = call.parameters.number("days", default_cleanup_days, 1, max_cleanup_days);
  if (!asked) return asked.error();
  std::int64_t days = *asked;
  if (!call.body.empty()) {
    std::vector<std::byte> room;
    const auto body = read_api_body<cleanup_request>(call.body, room);
    if (!body) return body.error();
    if (body->days && call.parameters.find("days"))
      return api_error(400, "repeated_parameter", "days may be given once");
    if (body->days) days = *body->days;
  }
  constexpr std::int64_t day = 86'400'000'000;
  return detail::remove_before(store, {}, wall_now() - days * day);
}

// What a call is answered that asks the store once.
template <store::event_store Store>
[[nodiscard]] api_answer answer_api(Store& store, const api_call& call,
                                    const api_context& about = {}) {
  switch (call.operation) {
    case api_operation::list: return answer_list(store, call, about);
    case api_operation::entry: return answer_entry(store, call, about);
    case api_operation::raw: return answer_raw(store, call);
    case api_operation::remove: return answer_remove(store, call);
    case api_operation::clear: return answer_clear(store, call);
    case api_operation::cleanup: return answer_cleanup(store, call);
    case api_operation::task: return answer_task(store, call.body, about);
    case api_operation::health:
    case api_operation::openapi:
    case api_operation::events: break;  // api_worker's own
  }
  return not_found();
}

}  // namespace callgate
