// SPDX-License-Identifier: Apache-2.0
// One answered callback, for logs and metrics: what truly became of it, whatever the sender was
// told.
#pragma once

#include <callgate/net/peer_address.hpp>
#include <callgate/pipeline/facts.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callgate {

// Lifetime: facts view into the request; valid during the call only.
struct callback_record {
  const facts& known;
  std::uint16_t status = 0;           // HTTP status of the answer
  std::size_t body_bytes = 0;         // of the request
  std::chrono::microseconds took{0};  // from the whole request to the answer
  bool late = false;              // the deadline answered before; this is what the store made of it
  std::string_view details{};     // what the schema's `log` says, a JSON object; empty: nothing
  net::peer_address client{};     // who sent it
  bool details_left_out = false;  // they are longer than limits::max_log_details_bytes
};

}  // namespace callgate
