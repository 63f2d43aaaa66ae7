// SPDX-License-Identifier: Apache-2.0
// First step: who sent it. Over the raw bytes, before anything is parsed.
#pragma once

#include <callgate/auth/known_mac.hpp>
#include <callgate/auth/verdict.hpp>
#include <callgate/core/result.hpp>
#include <callgate/pipeline/refusal.hpp>
#include <callgate/pipeline/request_credentials.hpp>
#include <callgate/pipeline/stages.hpp>

#include <concepts>
#include <string_view>

namespace callgate {

template <class V>
concept request_verifier = requires(const V& verifier, const request_credentials& in,
                                    std::string_view body, const auth::known_mac& mac) {
  { verifier.verify(in, body, mac) } -> std::same_as<auth::verdict>;
};

template <provider P>
struct verification {
  template <request_verifier Verifier>
  static result<verified_body<P>, refusal> run(const Verifier& verifier,
                                               const http::request& request, std::string_view body,
                                               arena& memory, const auth::known_mac& mac = {}) {
    const auto refused =
        refusal_of(verifier.verify(request_credentials{request, memory}, body, mac));
    if (refused) return failure{*refused};
    return verified_body<P>(body);
  }
};

}  // namespace callgate
