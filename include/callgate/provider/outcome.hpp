// SPDX-License-Identifier: Apache-2.0
// Everything that can become of one callback. One closed list; every provider answers each of them.
#pragma once

#include <callgate/reflect/enum_names.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callgate {

enum class outcome : std::uint8_t {
  accepted,   // verified, valid, stored as an event
  duplicate,  // the same delivery was stored before; nothing new happened
  conflict,   // the delivery id was seen before with another body; stored as an event of its own
  missing_signature,  // no credential where the scheme wants one; quarantined
  invalid_signature,  // a credential that does not verify; quarantined
  stale_timestamp,    // signed, but outside the time window; quarantined
  bad_json,           // the body is not JSON; quarantined
  schema_error,  // JSON that breaks the payload's schema or its stage's requirements; quarantined
  no_task_id,    // nothing says which task it is about; quarantined
  unknown_type,  // a stage the schema does not know; stored as an event, the task does not move
  unknown_task,  // tasks are required and nobody registered this one; stored (once)
  processing_failed,  // the event is stored, a record derived from it is not
  passive,            // stored by a receiver that is not the leader
  queue_full,         // the store's queue is full; nothing stored
  store_error,        // the store cannot take it; nothing stored
  deadline,           // the store did not finish in time; unknown whether it is stored
  rate_limited,       // over the sender's rate; nothing stored
  too_large,          // the body is over the route's bound; nothing stored
  unsupported_media,  // a Content-Type the route does not take; nothing stored
};

inline constexpr std::size_t outcome_count = 19;

template <>
struct enum_names<outcome> {
  static constexpr std::array<std::string_view, outcome_count> names{
      "accepted",          "duplicate",       "conflict",         "missing_signature",
      "invalid_signature", "stale_timestamp", "bad_json",         "schema_error",
      "no_task_id",        "unknown_type",    "unknown_task",     "processing_failed",
      "passive",           "queue_full",      "store_error",      "deadline",
      "rate_limited",      "too_large",       "unsupported_media"};
};

// Where a callback with this outcome is kept. An event that a store's bounds leave no room for is
// quarantined.
enum class placement : std::uint8_t {
  event,       // in the event sequence, with its task
  quarantine,  // apart, byte for byte with the reason, never in a task's state
  nowhere,     // not kept by this delivery
};

[[nodiscard]] constexpr placement placement_of(outcome o) noexcept {
  switch (o) {
    case outcome::missing_signature:
    case outcome::invalid_signature:
    case outcome::stale_timestamp:
    case outcome::bad_json:
    case outcome::schema_error:
    case outcome::no_task_id: return placement::quarantine;
    case outcome::queue_full:
    case outcome::store_error:
    case outcome::deadline:
    case outcome::rate_limited:
    case outcome::too_large:
    case outcome::unsupported_media: return placement::nowhere;
    default: return placement::event;
  }
}

}  // namespace callgate
