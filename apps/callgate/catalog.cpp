// SPDX-License-Identifier: Apache-2.0
#include "catalog.hpp"

#include <callgate/core/arena.hpp>
#include <callgate/core/startup_error.hpp>
#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/caret.hpp>
#include <callgate/pipeline/explain.hpp>
#include <callgate/schemas/job_worker.examples.hpp>
#include <callgate/schemas/job_worker.hpp>
#include <callgate/schemas/kie.examples.hpp>
#include <callgate/schemas/kie.hpp>
#include <callgate/schemas/suno.examples.hpp>
#include <callgate/schemas/suno.hpp>
#include <callgate/schemas/tts_error.examples.hpp>
#include <callgate/schemas/tts_error.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace {

namespace schemas = callgate::schemas;

template <class P>
bool explain_body(std::string_view body, const offence_sink& sink) {
  std::vector<std::byte> room(
      callgate::json::created_bytes_needed<typename P::payload>(body.size()));
  callgate::arena memory(room);
  return callgate::explain<P>(body, memory,
                              [&sink](const callgate::json::offence& what) { return sink(what); })
      .value();
}

template <class P>
constexpr catalog_entry entry(std::span<const callgate::example> examples) {
  return {P::name,  P::auth,         P::routes,
          examples, explain_body<P>, callgate::json::has_sensitive<typename P::payload>};
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
