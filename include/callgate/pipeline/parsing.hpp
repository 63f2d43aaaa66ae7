// SPDX-License-Identifier: Apache-2.0
// Second step: bytes into the provider's struct, checked against its schema in one pass.
#pragma once

#include <callgate/config.hpp>
#include <callgate/core/arena.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/core/result.hpp>
#include <callgate/json/parse.hpp>
#include <callgate/pipeline/facts.hpp>
#include <callgate/pipeline/refusal.hpp>
#include <callgate/pipeline/stages.hpp>

#include <span>

namespace callgate {

template <provider P>
struct parsing {
  // known.payload points into memory afterwards.
  static result<parsed_event<P>, refusal> run(const verified_body<P>& body, arena& memory,
                                              facts& known) {
    auto* payload = memory.template create<typename P::payload>();
    if (payload == nullptr) return failure{no_room()};
    json::drops dropped;
    const auto error = json::parse_into<typename P::payload, P::tolerance>(body.bytes(), memory,
                                                                           *payload, dropped);
    if (error) return failure{refuse(*error, memory)};
    known.payload = payload;
    known.dropped_members = dropped.count;
    return parsed_event<P>(*payload, body.bytes());
  }

 private:
  static refusal no_room() { return {outcome::store_error, "the request's arena is too small"}; }

  CALLGATE_NOINLINE static refusal refuse(const json::error& error, arena& memory) {
    if (error.code == json::errc::arena_exhausted)
      return no_room();  // our fault, not the sender's: it should try again
    const outcome result =
        json::is_schema_error(error.code) ? outcome::schema_error : outcome::bad_json;
    char* room = memory.template allocate_array<char>(limits::max_reason_bytes);
    if (room == nullptr) return {result, enum_name(error.code)};
    return {result, json::describe(error, std::span<char>(room, limits::max_reason_bytes))};
  }
};

}  // namespace callgate
