// SPDX-License-Identifier: Apache-2.0
// Every request that the API knows: path, method, parameters and how large its body may be.
#pragma once

#include <callgate/core/limits.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace callgate {

enum class api_operation : std::uint8_t {
  health,
  openapi,
  list,     // of the history
  entry,    // of the history
  raw,      // of an entry
  remove,   // an entry
  clear,    // the history
  cleanup,  // the history
  task,     // that is expected
  events,
};

// One request of the API. {id} stands for one segment of the path; HEAD goes where GET goes.
struct api_route {
  std::string_view path;
  std::string_view method;
  api_operation operation;
  std::span<const std::string_view> parameters{};  // of the query; others are refused
  std::size_t max_body_bytes = 0;                  // of a JSON body; over it: 413
};

namespace detail {

inline constexpr std::array<std::string_view, 10> list_parameters{
    "provider", "stage", "status",      "code",  "from",
    "until",    "text",  "quarantined", "limit", "cursor"};
inline constexpr std::array<std::string_view, 1> provider_parameter{"provider"};
inline constexpr std::array<std::string_view, 2> raw_parameters{"provider", "sequence"};
inline constexpr std::array<std::string_view, 1> cleanup_parameters{"days"};
inline constexpr std::array<std::string_view, 4> event_parameters{"after", "limit", "wait",
                                                                  "provider"};

}  // namespace detail

// openapi.hpp says the same for people; a test compares the two.
inline constexpr std::array<api_route, 10> api_routes{{
    {"/health", "GET", api_operation::health},
    {"/api/openapi.json", "GET", api_operation::openapi},
    {"/api/history", "GET", api_operation::list, detail::list_parameters},
    {"/api/history/clear", "POST", api_operation::clear, detail::provider_parameter,
     limits::max_api_body_bytes},
    {"/api/history/cleanup", "POST", api_operation::cleanup, detail::cleanup_parameters,
     limits::max_api_body_bytes},
    {"/api/history/{id}", "GET", api_operation::entry, detail::provider_parameter},
    {"/api/history/{id}", "DELETE", api_operation::remove},
    {"/api/history/{id}/raw", "GET", api_operation::raw, detail::raw_parameters},
    {"/api/tasks", "POST", api_operation::task, {}, limits::max_task_body_bytes},
    {"/api/events", "GET", api_operation::events, detail::event_parameters},
}};

// Where a path leads: its routes, and the segment that stands for {id}, not decoded. Nothing when
// the API has no such path. A path that is spelled out goes before one with {id}.
struct api_match {
  std::span<const api_route> routes{};
  std::string_view id{};

  [[nodiscard]] constexpr const api_route* find(std::string_view method) const noexcept {
    for (const api_route& r : routes)
      if (r.method == method || (r.method == "GET" && method == "HEAD")) return &r;
    return nullptr;
  }

  // The methods of the path. Source: RFC 9110 10.2.1.
  [[nodiscard]] constexpr std::string_view allow() const noexcept {
    if (routes.size() > 1) return "GET, HEAD, DELETE";
    return routes.front().method == "POST" ? "POST" : "GET, HEAD";
  }
};

namespace detail {

// Whether the pattern stands for the path; then id is what its {id} stands for.
[[nodiscard]] constexpr bool stands_for(std::string_view pattern, std::string_view path,
                                        std::string_view& id) noexcept {
  const std::size_t at = pattern.find("{id}");
  if (at == std::string_view::npos) return pattern == path;
  const std::string_view before = pattern.substr(0, at);
  const std::string_view behind = pattern.substr(at + 4);
  if (!path.starts_with(before) || !path.ends_with(behind)) return false;
  if (path.size() <= before.size() + behind.size()) return false;
  id = path.substr(before.size(), path.size() - before.size() - behind.size());
  return id.find('/') == std::string_view::npos;
}

}  // namespace detail

[[nodiscard]] constexpr api_match find_api_path(std::string_view path) noexcept {
  const std::span<const api_route> all(api_routes);
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::string_view id;
    if (!detail::stands_for(all[i].path, path, id)) continue;
    std::size_t count = 1;
    while (i + count < all.size() && all[i + count].path == all[i].path) ++count;
    return {all.subspan(i, count), id};
  }
  return {};
}

}  // namespace callgate
