// SPDX-License-Identifier: Apache-2.0
// Why a callback leaves the path early.
#pragma once

#include <callgate/provider/outcome.hpp>

#include <string_view>

namespace callgate {

// Lifetime: the reason lives in the request's arena, or for ever.
struct refusal {
  outcome result;
  std::string_view reason;  // for people: "/data/task_id: required"
};

}  // namespace callgate
