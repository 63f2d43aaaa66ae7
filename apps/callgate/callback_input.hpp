// SPDX-License-Identifier: Apache-2.0
// The callback that sign and verify are asked about: whose it is, its bytes, its secret.
#pragma once

#include "catalog.hpp"

#include <callgate/auth/scheme.hpp>

#include <optional>
#include <string>
#include <string_view>

struct callback_input {
  std::string provider;
  std::string file = "-";  // standard input
  std::string secret_env;  // empty: as the schema says
};

// The bytes as they are. Errors: startup_error when they cannot be read, or are more than any route
// of the provider takes.
[[nodiscard]] std::string read_body(const callback_input& what, const catalog_entry& provider);

// Secrets as the receiver finds them, of a mount with a variable of its own if `instead` is one.
struct named_secrets {
  std::string instead;

  [[nodiscard]] std::string_view name_of(const callgate::auth::method& m) const {
    return instead.empty() ? m.secret_env : instead;
  }

  // Errors: startup_error when a file cannot be read.
  [[nodiscard]] std::optional<std::string> operator()(std::string_view env) const;
  [[nodiscard]] std::optional<std::string> previous(std::string_view env) const;
};

// "A is not set" or "neither A nor B is set", of the secrets that a scheme could use.
[[nodiscard]] std::string unset_secrets(const callgate::auth::scheme& scheme,
                                        const named_secrets& secrets);
