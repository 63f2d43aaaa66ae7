// SPDX-License-Identifier: Apache-2.0
// Everything that is wrong with the body of a provider's callback, for people.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/json/explain.hpp>
#include <callgate/json/offence.hpp>
#include <callgate/provider/provider.hpp>

#include <optional>
#include <string_view>

namespace callgate {

// Calls sink(const json::offence&) -> bool for each, until it returns false; json::describe makes a
// line of one, json::caret shows the body there (not where json::has_sensitive<P::payload>).
// Whether the receiver takes the body for what the schema says; what a stage requires and where the
// task's id stands are no part of that. Empty optional: the arena is too small.
// Demands: memory of json::created_bytes_needed<typename P::payload>(body.size()).
// Cost: as of json::explain. Not for the request path, which stops at the first.
template <provider P, class Sink>
[[nodiscard]] std::optional<bool> explain(std::string_view body, arena& memory, Sink sink) {
  auto* const scratch = memory.template create<typename P::payload>();
  if (scratch == nullptr) return std::nullopt;
  return json::explain<typename P::payload, P::tolerance>(body, memory, *scratch, sink);
}

}  // namespace callgate
