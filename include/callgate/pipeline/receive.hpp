// SPDX-License-Identifier: Apache-2.0
// THE path of a callback: verified -> parsed -> validated -> settled (stored, or said not to be) ->
// answered. Everything else serves this file.
#pragma once

#include <callgate/core/result.hpp>
#include <callgate/pipeline/parsing.hpp>
#include <callgate/pipeline/receipt.hpp>
#include <callgate/pipeline/refusal.hpp>
#include <callgate/pipeline/render_answer.hpp>
#include <callgate/pipeline/stages.hpp>
#include <callgate/pipeline/storing.hpp>
#include <callgate/pipeline/validation.hpp>
#include <callgate/pipeline/verification.hpp>

#include <optional>
#include <string_view>

namespace callgate {

// Receives one provider's callbacks. Holds no state of a request.
// Threads: every function on any number of threads at once.
template <provider P, request_verifier Verifier, digester Digest, store::event_store Store>
class receiver {
 public:
  using settled = settled_event<P>;

  // mount: the name of this mount of the provider; it outlives the receiver.
  receiver(std::string_view mount, Verifier verifier, Store& store)
      : mount_(mount), verifier_(std::move(verifier)), store_(store) {}

  // What the first steps made of a callback. Lifetime: as of its body and memory.
  using checked = result<valid_event<P>, refusal>;

  // A whole request came; mac: its body's, if that has been computed.
  checked check(const http::request& request, std::string_view body, const route& arrived,
                unix_micros now, arena& memory, receipt& out,
                const auth::known_mac& mac = {}) const {
    facts& known = out.known = facts{.provider = P::name, .mount = mount_, .received_at = now};

    const auto verified = verification<P>::run(verifier_, request, body, memory, mac);
    if (!verified) return failure{verified.error()};

    const auto parsed = parsing<P>::run(*verified, memory, known);
    if (!parsed) return failure{parsed.error()};

    return validation<P>::run(*parsed, request, arrived, memory, known);
  }

  // And what becomes of it. Empty optional: the store has it, and out, body, request and memory
  // stay pinned until the store gives out.append back; then settle() says what became of it.
  std::optional<settled> keep(const checked& event, const http::request& request,
                              std::string_view body, arena& memory, receipt& out) const {
    if (!event) return storing<P, Digest>::keep(store_, event.error(), body, out);
    return storing<P, Digest>::keep(store_, *event, request, memory, out);
  }

  // Refuses without looking at the body: too_large, unsupported_media, rate_limited.
  settled refuse_unread(outcome why, unix_micros now, receipt& out) const {
    out.known = facts{.provider = P::name, .mount = mount_, .received_at = now};
    return storing<P, Digest>::unstored({why, enum_name(why)}, out.known);
  }

  // The store gave the receipt back.
  static settled settle(receipt& back) { return storing<P, Digest>::settle(back); }

  // The sender waits no longer while the store still has the receipt: known is a copy of its facts.
  static settled give_up(facts& known) {
    return storing<P, Digest>::unstored({outcome::deadline, enum_name(outcome::deadline)}, known);
  }

  // What the sender is told.
  [[nodiscard]] static const answer& answer_of(const settled& event) {
    return P::answers[static_cast<std::size_t>(event.result())];
  }

  [[nodiscard]] const Verifier& verified_by() const noexcept { return verifier_; }

 private:
  std::string_view mount_;
  Verifier verifier_;
  Store& store_;
};

}  // namespace callgate
