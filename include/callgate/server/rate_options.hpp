// SPDX-License-Identifier: Apache-2.0
// How many requests a server takes from one sender, and for one mount.
#pragma once

#include <callgate/core/rate_limit.hpp>

#include <cstddef>

namespace callgate {

struct rate_options {
  rate_limit per_address{};  // of one IPv4 address or IPv6 /64: requests of any kind but /health
  rate_limit per_mount{};    // of each mount: callbacks that the sender's address allows
  std::size_t max_addresses = 65'536;  // that are told apart; 16 bytes each
};

}  // namespace callgate
