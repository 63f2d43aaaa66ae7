// SPDX-License-Identifier: Apache-2.0
// One callback on its way into a store: what to keep, and what became of it.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/provider/outcome.hpp>
#include <callgate/provider/record_set.hpp>
#include <callgate/provider/stage.hpp>
#include <callgate/store/cut_text.hpp>
#include <callgate/store/told_values.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate::store {

class completion_queue;

using failure_text = cut_text<limits::max_reason_bytes>;

// Lives in the connection's slot and is linked into queues by its own next pointer, so that
// submitting allocates nothing. Lifetime: the request and every view in it stay valid and unchanged
// from append() until the request comes back: at once (submission::done), or by its completion
// queue (submission::queued).
struct append_request {
  // --- what to keep
  outcome decided =
      outcome::accepted;     // placement_of(decided) says where; nowhere is never submitted
  std::string_view mount{};  // key of the task together with task_id
  std::string_view provider{};
  std::string_view task_id{};    // empty only in quarantine
  std::string_view record_id{};  // the sender's second name for it; empty: none
  std::string_view stage{};      // name; empty: the callback says none
  std::uint8_t rank = 0;         // of the stage; 0 never moves a task
  task_status status = task_status::pending;
  bool terminal = false;
  std::optional<std::int64_t> code{};
  std::string_view message{};
  std::string_view reason{};            // why it is quarantined, or would be
  std::string_view raw{};               // the body as it came
  std::int16_t stage_index = no_stage;  // into the provider's stages
  const record_set* records = nullptr;  // what to derive from it; nullptr: nothing
  const void* payload = nullptr;        // the body as the provider's struct, for records
  bool wants_registered_task = false;   // else it is unknown_task
  bool furnishes = false;  // it brings what its stage requires; later callbacks may rely on that
  // Above 0: it lacks what its stage requires, and is quarantined as schema_error unless a callback
  // of the task's attempt furnished that at most so long ago.
  std::int64_t needs_earlier_us = 0;
  unix_micros received_at = 0;

  // --- de-duplication (events only)
  std::array<std::byte, 16> key{};     // digest of mount, kind of key and key text
  std::array<std::byte, 16> digest{};  // of the body
  bool conflicts =
      false;  // same key, other digest is a conflict (a delivery id) and not a new event
  std::int64_t ttl_us = 0;  // how long the key counts

  // --- what became of it
  outcome result = outcome::store_error;  // decided, or what the store knows better
  bool quarantined = false;               // reason says why
  std::int64_t sequence = 0;  // of the event (of the first delivery for a duplicate) or of the
                              // quarantined body; 0: none
  failure_text* failure =
      nullptr;                  // gets why its records could not be derived; nullptr: nobody asks
  told_values* told = nullptr;  // gets what an event's answer tells; nullptr: nobody asks

  // --- plumbing, the store's and the submitter's
  append_request* next = nullptr;
  completion_queue* completions = nullptr;
  void* owner = nullptr;  // the submitter's
};

// Nothing of it was kept, whatever was tried.
inline void mark_not_stored(append_request& request) noexcept {
  request.result = outcome::store_error;
  request.sequence = 0;
  request.quarantined = false;
  if (request.failure != nullptr) *request.failure = std::string_view{};
  if (request.told != nullptr) request.told->clear();
}

}  // namespace callgate::store
