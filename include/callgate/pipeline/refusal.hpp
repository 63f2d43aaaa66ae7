// SPDX-License-Identifier: Apache-2.0
// Why a callback leaves the path early.
#pragma once

#include <callgate/auth/verdict.hpp>
#include <callgate/provider/outcome.hpp>

#include <optional>
#include <string_view>

namespace callgate {

// Lifetime: the reason lives in the request's arena, or for ever.
struct refusal {
  outcome result;
  std::string_view reason;  // for people: "/data/task_id: required"
};

// What a verdict means for the path; empty optional: it goes on.
[[nodiscard]] constexpr std::optional<refusal> refusal_of(auth::verdict found) noexcept {
  switch (found) {
    case auth::verdict::verified:
    case auth::verdict::waived: return std::nullopt;
    case auth::verdict::missing:
      return refusal{outcome::missing_signature, "no credential in the request"};
    case auth::verdict::invalid: break;
  }
  return refusal{outcome::invalid_signature, "the credential does not verify"};
}

}  // namespace callgate
