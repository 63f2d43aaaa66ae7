// SPDX-License-Identifier: Apache-2.0
// What is known of a callback so far: it grows along the path and feeds answers, logs and history.
#pragma once

#include <callgate/core/clock.hpp>
#include <callgate/provider/code.hpp>
#include <callgate/provider/outcome.hpp>
#include <callgate/provider/stage.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate {

// Lifetime: views into the request's bytes or its arena, valid until the answer is written.
struct facts {
  std::string_view provider{};
  std::string_view mount{};
  std::optional<std::string_view> task_id{};
  std::string_view task_id_source{};  // where it was found: one of the provider's task_id_places
  std::optional<std::string_view> record_id{};  // the sender's second name for the task
  std::optional<std::string_view> stage{};      // that of the code or the route, else as it came
  const callgate::stage* known_stage = nullptr;
  std::optional<std::int64_t> code{};
  const callgate::code* known_code = nullptr;  // what the provider's codes say of it
  std::optional<std::string_view> message{};
  std::string_view error{};
  const void* payload = nullptr;  // the provider's payload struct once it is parsed
  std::uint32_t dropped_members = 0;
  unix_micros received_at = 0;
  outcome result = outcome::store_error;
  std::int64_t sequence = 0;  // 0: nothing was stored
};

}  // namespace callgate
