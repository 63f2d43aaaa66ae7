// SPDX-License-Identifier: Apache-2.0
// The history API: what it answers, without sockets.
#pragma once

#include <callgate/json/string_writer.hpp>
#include <callgate/server/history_json.hpp>
#include <callgate/store/store.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {

struct api_request {
  std::string path;  // below /api/history/, decoded; empty: the list
  std::optional<std::string> provider;
  std::optional<std::string> limit;
};

struct api_answer {
  std::uint16_t status = 200;
  std::string body;
};

inline constexpr std::size_t default_page_entries = 50;
inline constexpr std::size_t max_page_entries = 500;

namespace detail {

[[nodiscard]] inline api_answer api_error(std::uint16_t status, std::string_view error,
                                          std::string_view message) {
  api_answer out{status, {}};
  json::string_writer w(out.body);
  w.begin_object();
  w.key("error");
  w.string(error);
  w.key("message");
  w.string(message);
  w.end_object();
  return out;
}

[[nodiscard]] inline api_answer store_failed(store::errc why) {
  return api_error(503, "store_unavailable",
                   "the store cannot be read now: " + std::string(enum_name(why)));
}

// Two providers may know one task id: the caller must say which.
[[nodiscard]] inline api_answer ambiguous(const api_request& request,
                                          const std::vector<store::history_entry>& found) {
  api_answer out{409, {}};
  json::string_writer w(out.body);
  w.begin_object();
  w.key("error");
  w.string("ambiguous");
  w.key("message");
  w.string("'" + request.path + "' names " + std::to_string(found.size()) +
           " entries: add ?provider= or ask by id");
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

// A task's own entry comes before bodies in quarantine that name the same task.
inline void prefer_tasks(std::vector<store::history_entry>& found) {
  const auto is_quarantined = [](const store::history_entry& e) { return e.quarantined; };
  if (!std::all_of(found.begin(), found.end(), is_quarantined))
    std::erase_if(found, is_quarantined);
}

[[nodiscard]] inline std::optional<std::size_t> page_entries(
    const std::optional<std::string>& text) {
  if (!text) return default_page_entries;
  std::size_t value = 0;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  const bool fits = error == std::errc{} && stop == end && value >= 1 && value <= max_page_entries;
  return fits ? std::optional(value) : std::nullopt;
}

}  // namespace detail

// GET /api/history and /api/history/{id or task id}. codes: what status codes mean. Threads: blocks
// on the store, so not for I/O threads.
template <store::event_store Store>
[[nodiscard]] api_answer answer_history(Store& store, const api_request& request,
                                        const code_lookup& codes = {}) {
  if (!request.path.empty()) {
    auto found = store.find(request.path, request.provider.value_or(""));
    if (!found) return detail::store_failed(found.error());
    detail::prefer_tasks(*found);
    if (found->empty())
      return detail::api_error(404, "not_found", "no entry has this id or task id");
    if (found->size() > 1) return detail::ambiguous(request, *found);
    return {200, entry_json(found->front(), codes)};
  }
  const auto limit = detail::page_entries(request.limit);
  if (!limit) return detail::api_error(400, "bad_limit", "limit must be a number from 1 to 500");
  const auto entries = store.history({request.provider.value_or(""), *limit});
  if (!entries) return detail::store_failed(entries.error());
  return {200, history_json(*entries, codes)};
}

}  // namespace callgate
