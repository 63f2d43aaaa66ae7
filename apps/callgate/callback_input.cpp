// SPDX-License-Identifier: Apache-2.0
#include "callback_input.hpp"

#include <callgate/auth/environment_secrets.hpp>
#include <callgate/core/startup_error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <memory>

namespace {

struct closer {
  void operator()(std::FILE* f) const noexcept {
    if (f != stdin) std::fclose(f);
  }
};

std::size_t largest_body(const catalog_entry& provider) {
  std::size_t largest = 0;
  for (const callgate::route& r : provider.routes) largest = std::max(largest, r.max_body_bytes);
  return largest;
}

}  // namespace

std::string read_body(const callback_input& what, const catalog_entry& provider) {
  const std::string name = what.file == "-" ? "standard input" : "'" + what.file + "'";
  const std::unique_ptr<std::FILE, closer> file(
      what.file == "-" ? stdin : std::fopen(what.file.c_str(), "rb"));
  const std::size_t bound = largest_body(provider);
  std::string bytes(file ? bound + 1 : 0, '\0');
  if (file) bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
  if (!file || std::ferror(file.get()) != 0)
    throw callgate::startup_error(name + " cannot be read: check the path and its mode");
  if (bytes.size() > bound)
    throw callgate::startup_error(name + " has more than the " + std::to_string(bound) +
                                  " bytes that the routes of '" + std::string(provider.name) +
                                  "' take: the receiver would answer too_large");
  return bytes;
}

std::optional<std::string> named_secrets::operator()(std::string_view env) const {
  return callgate::auth::environment_secrets{}(instead.empty() ? env : instead);
}

std::optional<std::string> named_secrets::previous(std::string_view env) const {
  return callgate::auth::environment_secrets{}.previous(instead.empty() ? env : instead);
}

std::string unset_secrets(const callgate::auth::scheme& scheme, const named_secrets& secrets) {
  std::string names;
  for (const callgate::auth::method& m : scheme.any_of) {
    if (m.kind == callgate::auth::primitive::none) continue;
    const std::string name(secrets.name_of(m));
    if (names == name) continue;  // one variable for all methods
    names += (names.empty() ? "" : " nor ") + name;
  }
  const bool several = names.find(' ') != std::string::npos;
  return (several ? "neither " : "") + names + (several ? " is set" : " is not set");
}
