// SPDX-License-Identifier: Apache-2.0
// Who a request is from, when it may have come through proxies that are trusted to say.
#pragma once

#include <callgate/core/startup_error.hpp>
#include <callgate/http/fields.hpp>
#include <callgate/http/forwarded.hpp>
#include <callgate/net/address_range.hpp>
#include <callgate/net/peer_address.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace callgate::net {

// Threads: client_of() from any. Cost of a peer that is no proxy: a comparison per range.
class trusted_proxies {
 public:
  // ranges: 10.0.0.0/8, ::1, ... Errors: startup_error that names a bad one.
  explicit trusted_proxies(const std::vector<std::string>& ranges) {
    for (const std::string& text : ranges) {
      const auto range = address_range::parse(text);
      if (!range)
        throw startup_error("'" + text +
                            "' is no address range: give one such as 10.0.0.0/8 or ::1 with "
                            "--trusted-proxy");
      ranges_.push_back(*range);
    }
  }

  [[nodiscard]] bool trust(const peer_address& address) const noexcept {
    return std::any_of(ranges_.begin(), ranges_.end(),
                       [&](const address_range& range) { return range.contains(address); });
  }

  // Walks from the peer backwards: while a hop is trusted, it is believed who came before it. What
  // an untrusted peer says is ignored, what an unknown or hidden hop says, too; what is malformed
  // makes it the peer's own request. Forwarded and X-Forwarded-For must lead to the same client
  // when both are there: a proxy that writes one may pass the other on as a stranger sent it.
  [[nodiscard]] peer_address client_of(const peer_address& peer,
                                       const http::fields& fields) const noexcept {
    if (ranges_.empty() || !trust(peer)) return peer;
    http::forwarded hops;
    const auto standard = walk(hops.read_forwarded(fields), hops, peer);
    const auto older = walk(hops.read_x_forwarded_for(fields), hops, peer);
    if (standard && older && *standard != *older) return peer;
    return standard ? *standard : older.value_or(peer);
  }

 private:
  // Nothing when there is no such field.
  [[nodiscard]] std::optional<peer_address> walk(http::forwarded::status found,
                                                 const http::forwarded& hops,
                                                 const peer_address& peer) const noexcept {
    if (found == http::forwarded::status::absent) return std::nullopt;
    if (found == http::forwarded::status::malformed) return peer;
    peer_address client = peer;
    for (std::size_t i = hops.nodes().size(); i > 0 && trust(client); --i) {
      const auto before = peer_address::parse(http::forwarded::address_of(hops.nodes()[i - 1]));
      if (!before) return client;
      client = *before;
    }
    return client;
  }

  std::vector<address_range> ranges_;
};

}  // namespace callgate::net
