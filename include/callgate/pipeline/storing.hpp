// SPDX-License-Identifier: Apache-2.0
// Fourth step: de-duplicate and store, as one operation of the store.
#pragma once

#include <callgate/pipeline/event_key.hpp>
#include <callgate/pipeline/receipt.hpp>
#include <callgate/pipeline/records.hpp>
#include <callgate/pipeline/refusal.hpp>
#include <callgate/pipeline/stages.hpp>
#include <callgate/pipeline/values.hpp>
#include <callgate/store/store.hpp>

#include <optional>
#include <string_view>

namespace callgate {

// keep() returns nothing while the store has the receipt; settle() says what became of it then.
template <provider P, class Digest>
struct storing {
  static_assert(digester<Digest>);
  using settled = settled_event<P>;

  // An event that came the whole way.
  template <store::event_store Store>
  static std::optional<settled> keep(Store& store, const valid_event<P>& event,
                                     const http::request& request, arena& memory, receipt& out) {
    describe(event.result(), event.bytes(), out);
    store::append_request& append = out.append;
    if (const stage* at = out.known.known_stage; at != nullptr) {
      append.rank = at->rank;
      append.status = at->status;
      append.terminal = at->terminal;
      append.stage_index = static_cast<std::int16_t>(at - P::stages.data());
      if (event.required() == demand::unmet) append.needs_earlier_us = at->or_earlier.count();
    }
    append.furnishes = event.required() == demand::met;
    append.reason = event.lacks();
    append.ttl_us = P::deduplication_ttl.count();
    const auto* payload = static_cast<const typename P::payload*>(out.known.payload);
    append.records = &records_of<P>;
    append.payload = payload;
    append.wants_registered_task = P::tasks_required;
    const auto id = text_at<typename P::delivery_id>(
        request_values<typename P::payload>{payload, event.bytes(), request, memory});
    append.conflicts = id.has_value();
    if (id) {
      append.key = delivery_key(new_digest(store), out.known.mount, *id);
      if constexpr (store::digesting_store<Store>) store.prefetch(append.key);
    }
    append.digest = body_digest(new_digest(store), event.bytes());
    if (!id) append.key = derived_key(new_digest(store), P::derived_key, out.known, append.digest);
    return submit(store, out);
  }

  // A callback that was refused: quarantined byte for byte, or only answered when its outcome is
  // kept nowhere.
  template <store::event_store Store>
  static std::optional<settled> keep(Store& store, const refusal& refused, std::string_view body,
                                     receipt& out) {
    if (placement_of(refused.result) == placement::nowhere) return unstored(refused, out.known);
    out.known.error = refused.reason;
    describe(refused.result, body, out);
    return submit(store, out);
  }

  // The store gave the receipt back, and only now: it holds the store's word.
  static settled settle(receipt& back) {
    back.known.result = back.append.result;
    back.known.sequence = back.append.sequence;
    if (back.append.quarantined) back.known.error = back.append.reason;
    if (const auto why = back.failure.view(); !why.empty()) back.known.error = why;
    back.known.told = back.told.view();
    return settled(back.known.result);
  }

  // Refused without a store: too_large, queue_full, deadline. An outcome that claims to be kept
  // becomes store_error.
  static settled unstored(const refusal& refused, facts& known) {
    const bool honest = placement_of(refused.result) == placement::nowhere;
    known.error = refused.reason;
    known.result = honest ? refused.result : outcome::store_error;
    return settled(known.result);
  }

 private:
  template <store::event_store Store>
  static auto new_digest(const Store& store) noexcept {
    if constexpr (store::digesting_store<Store>)
      return store.digest();
    else
      return Digest{};
  }

  static void describe(outcome decided, std::string_view body, receipt& out) {
    const facts& known = out.known;
    out.told.clear();
    out.failure = std::string_view{};
    // Whole, so that nothing is left of the request before but where the receipt goes back to.
    out.append = {.decided = decided,
                  .mount = known.mount,
                  .provider = known.provider,
                  .task_id = known.task_id.value_or(""),
                  .record_id = known.record_id.value_or(""),
                  .stage = known.stage.value_or(""),
                  .code = known.code,
                  .message = known.message.value_or(""),
                  .reason = known.error,
                  .raw = body,
                  .received_at = known.received_at,
                  .failure = &out.failure,
                  .told = &out.told,
                  .completions = out.append.completions,
                  .owner = out.append.owner};
  }

  template <store::event_store Store>
  static std::optional<settled> submit(Store& store, receipt& out) {
    switch (store.append(out.append)) {
      case store::submission::done: return settle(out);
      case store::submission::queued: return std::nullopt;
      case store::submission::full: return took_nothing(outcome::queue_full, out.known);
      case store::submission::unavailable: break;
    }
    return took_nothing(outcome::store_error, out.known);
  }

  static settled took_nothing(outcome why, facts& known) {
    return unstored({why, known.error}, known);
  }
};

}  // namespace callgate
