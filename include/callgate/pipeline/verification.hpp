// SPDX-License-Identifier: Apache-2.0
// First step: who sent it. Over the raw bytes, before anything is parsed.
#pragma once

#include <callgate/auth/verdict.hpp>
#include <callgate/core/result.hpp>
#include <callgate/pipeline/refusal.hpp>
#include <callgate/pipeline/stages.hpp>
#include <callgate/pipeline/values.hpp>

#include <optional>
#include <string_view>

namespace callgate {

// Where a verifier finds credentials in a request.
struct request_credentials {
  const http::request& request;
  arena& memory;

  [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const {
    return request.fields.find(name);
  }
  [[nodiscard]] std::optional<std::string_view> query(std::string_view name) const {
    const std::size_t room = request.target.query.size();
    char* scratch = memory.allocate_array<char>(room);
    return scratch == nullptr ? std::nullopt
                              : http::query_value(request.target.query, name, {scratch, room});
  }
};

template <class V>
concept request_verifier = requires(const V& verifier, const request_credentials& in,
                                    std::string_view body) {
  { verifier.verify(in, body) } -> std::same_as<auth::verdict>;
};

template <provider P>
struct verification {
  template <request_verifier Verifier>
  static result<verified_body<P>, refusal> run(const Verifier& verifier,
                                               const http::request& request, std::string_view body,
                                               arena& memory) {
    switch (verifier.verify(request_credentials{request, memory}, body)) {
      case auth::verdict::verified:
      case auth::verdict::waived: return verified_body<P>(body);
      case auth::verdict::missing:
        return failure{refusal{outcome::missing_signature, "no credential in the request"}};
      case auth::verdict::invalid: break;
    }
    return failure{refusal{outcome::invalid_signature, "the credential does not verify"}};
  }
};

}  // namespace callgate
