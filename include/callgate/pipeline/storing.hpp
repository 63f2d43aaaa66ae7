// SPDX-License-Identifier: Apache-2.0
// Fourth step: de-duplicate and store, as one operation of the store.
#pragma once

#include <callgate/pipeline/event_key.hpp>
#include <callgate/pipeline/receipt.hpp>
#include <callgate/pipeline/refusal.hpp>
#include <callgate/pipeline/stages.hpp>
#include <callgate/pipeline/values.hpp>
#include <callgate/store/store.hpp>

#include <string_view>

namespace callgate {

template <provider P, digester Digest>
struct storing {
  // An event that came the whole way.
  template <store::event_store Store>
  static progress keep(Store& store, const valid_event<P>& event, const http::request& request,
                       arena& memory, receipt& out) {
    describe(event.result(), event.bytes(), out);
    store::append_request& append = out.append;
    if (const stage* at = out.known.known_stage; at != nullptr) {
      append.rank = at->rank;
      append.status = at->status;
      append.terminal = at->terminal;
    }
    append.digest = body_digest<Digest>(event.bytes());
    append.ttl_us = P::deduplication_ttl.count();
    const auto* payload = static_cast<const typename P::payload*>(out.known.payload);
    const auto id = text_at<typename P::delivery_id>(
        request_values<typename P::payload>{payload, request, memory});
    append.conflicts = id.has_value();
    append.key = id ? delivery_key<Digest>(out.known.mount, *id)
                    : derived_key<Digest>(P::derived_key, out.known, append.digest);
    return submit(store, out);
  }

  // A callback that was refused: quarantined byte for byte, or only answered when its outcome is
  // kept nowhere.
  template <store::event_store Store>
  static progress keep(Store& store, const refusal& refused, std::string_view body, receipt& out) {
    out.known.error = refused.reason;
    if (placement_of(refused.result) == placement::nowhere) {
      out.known.result = refused.result;
      return progress::answered;
    }
    describe(refused.result, body, out);
    return submit(store, out);
  }

 private:
  static void describe(outcome decided, std::string_view body, receipt& out) {
    const facts& known = out.known;
    // Whole, so that nothing is left of the request before but where the receipt goes back to.
    out.append = {.decided = decided,
                  .mount = known.mount,
                  .provider = known.provider,
                  .task_id = known.task_id.value_or(""),
                  .stage = known.stage.value_or(""),
                  .code = known.code,
                  .message = known.message.value_or(""),
                  .reason = known.error,
                  .raw = body,
                  .received_at = known.received_at,
                  .completions = out.append.completions,
                  .owner = out.append.owner};
  }

  template <store::event_store Store>
  static progress submit(Store& store, receipt& out) {
    switch (store.append(out.append)) {
      case store::submission::done: return out.take_result(), progress::answered;
      case store::submission::queued: return progress::pending;
      case store::submission::full: out.known.result = outcome::queue_full; break;
      case store::submission::unavailable: out.known.result = outcome::store_error; break;
    }
    return progress::answered;
  }
};

}  // namespace callgate
