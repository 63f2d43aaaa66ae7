// SPDX-License-Identifier: Apache-2.0
// Where a provider's callbacks arrive, and the bounds of that route.
#pragma once

#include <callgate/core/duration.hpp>
#include <callgate/core/limits.hpp>
#include <callgate/provider/stage.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace callgate {

struct route {
  std::string_view path;    // absolute, without query
  std::string_view method;  // POST or PUT
  std::span<const std::string_view>
      content_types;  // accepted media types without parameters; "*/*" takes all
  std::size_t max_body_bytes = limits::max_body_bytes;
  std::chrono::milliseconds respond_within{
      15'000};        // what the provider waits; the answer leaves before
  bool cors = false;  // CORS fields on every answer, OPTIONS is answered
  std::int16_t applies_stage =
      no_stage;  // index into stages: everything that arrives here is that stage
};

}  // namespace callgate
