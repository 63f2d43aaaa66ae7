// SPDX-License-Identifier: Apache-2.0
// Steps of the path, run one after another for one body: what tests of the later steps start from.
#pragma once

#include <callgate/pipeline/parsing.hpp>
#include <callgate/pipeline/validation.hpp>
#include <callgate/pipeline/verification.hpp>

#include <tests/support/sample_request.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace callgate::testing {

struct believes_all {
  auth::verdict verify(const request_credentials&, std::string_view, const auth::known_mac&) const {
    return auth::verdict::waived;
  }
};

// One callback on its way. Lifetime: the results view into this object.
template <provider P>
struct on_its_way {
  std::array<std::byte, 64 * 1024> room{};
  arena memory{room};
  sample_request request;
  facts known{.provider = P::name, .mount = "main", .received_at = 1};

  explicit on_its_way(std::string_view target = "/", std::string_view fields = "")
      : request(target, fields) {}

  auto verified(std::string_view body) {
    return verification<P>::run(believes_all{}, request, body, memory);
  }
  result<parsed_event<P>, refusal> parsed(std::string_view body) {
    return parsing<P>::run(*verified(body), memory, known);
  }
  result<valid_event<P>, refusal> validated(std::string_view body,
                                            const route& arrived = P::routes[0]) {
    const auto event = parsed(body);
    if (!event) return failure{event.error()};
    return validation<P>::run(*event, request, arrived, memory, known);
  }
};

}  // namespace callgate::testing
