// SPDX-License-Identifier: Apache-2.0
// Where requests go by path and method: callbacks to their mounts, the rest to the API.
#pragma once

#include <callgate/core/startup_error.hpp>
#include <callgate/core/static_vector.hpp>
#include <callgate/provider/route.hpp>
#include <callgate/server/api_routes.hpp>
#include <callgate/server/path_index.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {

struct route_entry {
  std::size_t mount;  // index
  const route* how;   // the provider's constant
};

// All that is at one path: callbacks, one for each method, or the API's requests.
struct place {
  std::string_view path;  // the API's may have an {id}
  std::vector<route_entry> callbacks{};
  std::span<const api_route> api{};
  std::string allow{};      // the methods of all. Source: RFC 9110 10.2.1
  std::string preflight{};  // those of callbacks with CORS; empty: OPTIONS is not answered

  [[nodiscard]] const route_entry* callback(std::string_view method) const noexcept {
    for (const route_entry& each : callbacks) {
      const std::string_view taken = each.how->method;
      if (std::equal(taken.begin(), taken.end(), method.begin(), method.end())) return &each;
    }
    return nullptr;
  }
};

// Built at start, then only read. Providers: of the mounts. Their paths and the API's are indexed
// when this is compiled; mounts with a path of their own have all of them indexed anew at start.
template <class... Providers>
class router {
 public:
  // Lifetime: the routes outlive the router. Errors: startup_error when a path is taken.
  explicit router(std::span<const route_entry> callbacks)
      : index_(index_of(distinct_paths(callbacks))) {
    for (const std::string_view path : index_.paths()) places_.push_back({.path = path});
    for (const api_route& each : api_routes) add(each);
    for (const route_entry& each : callbacks) add(each);
  }
  router(const router&) = delete;
  router& operator=(const router&) = delete;

  // nullptr: nothing is there. A path that is spelled out goes before one with {id}.
  [[nodiscard]] const place* find(std::string_view path) const noexcept {
    const std::size_t at = index_.find(path);
    return at != index_.nowhere ? &places_[at] : find_pattern(path);
  }

 private:
  static constexpr std::size_t most_paths =
      api_routes.size() + (std::size_t{0} + ... + Providers::routes.size());
  using path_list = static_vector<std::string_view, most_paths>;
  using index = path_index<most_paths>;

  static constexpr void add_once(path_list& all, std::string_view path) noexcept {
    if (std::find(all.begin(), all.end(), path) == all.end()) (void)all.push_back(path);
  }

  // Without those of the API that have an {id}.
  static constexpr path_list distinct_paths(std::span<const route_entry> callbacks) noexcept {
    path_list out;
    for (const api_route& each : api_routes)
      if (!has_id(each)) add_once(out, each.path);
    for (const route_entry& each : callbacks) add_once(out, each.how->path);
    return out;
  }

  static constexpr void add_all(path_list& all, std::span<const route> routes) noexcept {
    for (const route& each : routes) add_once(all, each.path);
  }

  static constexpr index make_schema_index() noexcept {
    path_list all = distinct_paths({});
    (add_all(all, Providers::routes), ...);
    return index({all.begin(), all.size()});
  }

  static constexpr index schema_index = make_schema_index();

  static index index_of(const path_list& all) noexcept {
    const bool as_in_the_schemas = std::equal(all.begin(), all.end(), schema_index.paths().begin(),
                                              schema_index.paths().end());
    return as_in_the_schemas ? schema_index : index({all.begin(), all.size()});
  }

  void add(const api_route& added) {
    place& at = has_id(added) ? pattern_of(added.path) : places_[index_.find(added.path)];
    if (!at.api.empty()) return;  // the span has all of the path
    at.api = api_routes_at(added.path);
    at.allow = allowed_methods(at.api);
  }

  place& pattern_of(std::string_view path) {
    for (place& each : patterns_)
      if (each.path == path) return each;
    return patterns_.emplace_back(place{.path = path});
  }

  void add(const route_entry& added) {
    const route& how = *added.how;
    place& at = places_[index_.find(how.path)];
    if (!at.api.empty() || find_pattern(how.path) != nullptr)
      throw startup_error("a mount receives at " + std::string(how.path) +
                          ", where the API answers: give it a path of its own");
    if (at.callback(how.method) != nullptr)
      throw startup_error("two mounts receive " + std::string(how.method) + " at " +
                          std::string(how.path) +
                          ": mount one of them only, or give one a path of its own");
    at.callbacks.push_back(added);
    if (how.cors) at.preflight += (at.preflight.empty() ? "" : ", ") + std::string(how.method);
    at.allow.clear();
    for (const route_entry& each : at.callbacks)
      at.allow += (at.allow.empty() ? "" : ", ") + std::string(each.how->method);
    if (!at.preflight.empty()) at.allow += ", OPTIONS";
  }

  [[nodiscard]] const place* find_pattern(std::string_view path) const noexcept {
    for (const place& each : patterns_)
      if (!id_of_path(each.path, path).empty()) return &each;
    return nullptr;
  }

  index index_;
  std::vector<place> places_;    // in the order of the index
  std::vector<place> patterns_;  // with {id}
};

}  // namespace callgate
