// SPDX-License-Identifier: Apache-2.0
// Every request that the API knows: path, method, parameters and how large its body may be.
#pragma once

#include <callgate/core/limits.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
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

[[nodiscard]] constexpr bool has_id(const api_route& r) noexcept {
  return r.path.find("{id}") != std::string_view::npos;
}

// The routes of a path as it stands above, where they stand together.
[[nodiscard]] constexpr std::span<const api_route> api_routes_at(std::string_view path) noexcept {
  const auto is_of_it = [&](const api_route& r) { return r.path == path; };
  const auto first = std::find_if(api_routes.begin(), api_routes.end(), is_of_it);
  return {first, std::find_if_not(first, api_routes.end(), is_of_it)};
}

// Of one path's routes the one for a method.
[[nodiscard]] constexpr const api_route* find_api_route(std::span<const api_route> routes,
                                                        std::string_view method) noexcept {
  for (const api_route& r : routes)
    if (r.method == method || (r.method == "GET" && method == "HEAD")) return &r;
  return nullptr;
}

// For the field Allow. Source: RFC 9110 10.2.1.
[[nodiscard]] inline std::string allowed_methods(std::span<const api_route> routes) {
  std::string out;
  for (const api_route& r : routes) {
    out += (out.empty() ? "" : ", ") + std::string(r.method);
    if (r.method == "GET") out += ", HEAD";
  }
  return out;
}

// What {id} stands for in a path, not decoded: one segment that is not empty. Empty: the pattern
// does not stand for this path, or has no {id}.
[[nodiscard]] constexpr std::string_view id_of_path(std::string_view pattern,
                                                    std::string_view path) noexcept {
  const std::size_t at = pattern.find("{id}");
  if (at == std::string_view::npos) return {};
  const std::string_view before = pattern.substr(0, at);
  const std::string_view behind = pattern.substr(at + 4);
  if (path.size() <= before.size() + behind.size()) return {};
  if (!path.starts_with(before) || !path.ends_with(behind)) return {};
  const auto id = path.substr(before.size(), path.size() - before.size() - behind.size());
  return id.find('/') == std::string_view::npos ? id : std::string_view{};
}

}  // namespace callgate
