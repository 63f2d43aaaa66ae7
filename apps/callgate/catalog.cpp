// SPDX-License-Identifier: Apache-2.0
#include "catalog.hpp"

#include <callgate/core/startup_error.hpp>
#include <callgate/schemas/job_worker.examples.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.examples.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.examples.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.examples.hpp>
#include <callgate/schemas/tts_error.hpp>

#include <array>
#include <string>

namespace {

namespace schemas = callgate::schemas;

template <class P>
constexpr catalog_entry entry(std::span<const callgate::example> examples) {
  return {P::name, P::auth, P::routes, examples};
}

constexpr std::array<catalog_entry, 4> entries{
    entry<schemas::suno::provider>(schemas::suno::examples),
    entry<schemas::kie::provider>(schemas::kie::examples),
    entry<schemas::tts_error::provider>(schemas::tts_error::examples),
    entry<schemas::job_worker::provider>(schemas::job_worker::examples),
};

}  // namespace

std::span<const catalog_entry> catalog() {
  return entries;
}

const catalog_entry& find_provider(std::string_view name) {
  std::string known;
  for (const catalog_entry& each : entries) {
    if (each.name == name) return each;
    known += (known.empty() ? "" : ", ") + std::string(each.name);
  }
  throw callgate::startup_error("no provider is called '" + std::string(name) +
                                "': choose one of " + known);
}
