// SPDX-License-Identifier: Apache-2.0
// The bundled providers as data: what every command but serve goes through.
#pragma once

#include <callgate/auth/scheme.hpp>
#include <callgate/json/offence.hpp>
#include <callgate/provider/example.hpp>
#include <callgate/provider/route.hpp>

#include <functional>
#include <span>
#include <string_view>

using offence_sink = std::function<bool(const callgate::json::offence&)>;  // false: enough

struct catalog_entry {
  std::string_view name;
  callgate::auth::scheme auth;
  std::span<const callgate::route> routes;
  std::span<const callgate::example> examples;
  // Tells what is wrong with a body, until the sink has heard enough; whether nothing is.
  bool (*explain)(std::string_view body, const offence_sink& sink);
  bool has_sensitive;  // then no part of a body is shown
};

[[nodiscard]] std::span<const catalog_entry> catalog();

// Errors: startup_error that names the known ones.
[[nodiscard]] const catalog_entry& find_provider(std::string_view name);
