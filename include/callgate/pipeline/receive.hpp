// SPDX-License-Identifier: Apache-2.0
// THE path of a callback: verified -> parsed -> validated -> stored -> answered. Everything else
// serves this file.
#pragma once

#include <callgate/pipeline/parsing.hpp>
#include <callgate/pipeline/receipt.hpp>
#include <callgate/pipeline/render_answer.hpp>
#include <callgate/pipeline/storing.hpp>
#include <callgate/pipeline/validation.hpp>
#include <callgate/pipeline/verification.hpp>

#include <span>
#include <string_view>

namespace callgate {

// Receives one provider's callbacks. Holds no state of a request.
// Threads: begin() and answer_of() run on any number of threads at once.
template <provider P, request_verifier Verifier, digester Digest, store::event_store Store>
class receiver {
 public:
  // mount: the name of this mount of the provider; it outlives the receiver.
  receiver(std::string_view mount, Verifier verifier, Store& store)
      : mount_(mount), verifier_(std::move(verifier)), store_(store) {}

  // A whole request came. Either it is decided now (progress::answered) or the store has it
  // (pending): then out, body, request and memory stay pinned until out.append is back and
  // out.take_result() was called.
  progress begin(const http::request& request, std::string_view body, const route& arrived,
                 unix_micros now, arena& memory, receipt& out) const {
    facts& known = out.known = facts{.provider = P::name, .mount = mount_, .received_at = now};

    const auto verified = verification<P>::run(verifier_, request, body, memory);
    if (!verified) return refuse(verified.error(), body, out);

    const auto parsed = parsing<P>::run(*verified, memory, known);
    if (!parsed) return refuse(parsed.error(), body, out);

    const auto valid = validation<P>::run(*parsed, request, arrived, memory, known);
    if (!valid) return refuse(valid.error(), body, out);

    return storing<P, Digest>::keep(store_, *valid, request, memory, out);
  }

  // Refuses without looking at the body: too_large, unsupported_media, rate_limited.
  progress refuse_unread(outcome why, unix_micros now, receipt& out) const {
    out.known = facts{.provider = P::name, .mount = mount_, .received_at = now};
    return refuse({why, enum_name(why)}, {}, out);
  }

  // What the sender is told. Empty optional: the body does not fit into room.
  [[nodiscard]] static std::optional<std::string_view> answer_body(const facts& known,
                                                                   std::span<char> room) {
    return render_answer(answer_of(known.result), known, room);
  }
  [[nodiscard]] static const answer& answer_of(outcome result) {
    return P::answers[static_cast<std::size_t>(result)];
  }

 private:
  progress refuse(const refusal& refused, std::string_view body, receipt& out) const {
    return storing<P, Digest>::keep(store_, refused, body, out);
  }

  std::string_view mount_;
  Verifier verifier_;
  Store& store_;
};

}  // namespace callgate
