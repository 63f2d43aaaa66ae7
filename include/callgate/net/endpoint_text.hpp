// SPDX-License-Identifier: Apache-2.0
// An address with its port, as people and URLs write it: 127.0.0.1:8080, [::1]:8080.
#pragma once

#include <callgate/core/startup_error.hpp>
#include <callgate/net/listener.hpp>

#include <asio/ip/tcp.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace callgate::net {

[[nodiscard]] inline std::string endpoint_text(const asio::ip::tcp::endpoint& at) {
  const std::string address = at.address().to_string();
  return (at.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(at.port());
}

// Errors: startup_error that names the option.
[[nodiscard]] inline asio::ip::tcp::endpoint parse_endpoint_text(std::string_view text,
                                                                 std::string_view option) {
  const std::size_t colon = text.rfind(':');
  std::string_view address = text.substr(0, colon);
  const std::string_view digits =
      colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  const bool bracketed = address.starts_with('[') && address.ends_with(']');
  if (bracketed) address = address.substr(1, address.size() - 2);
  std::uint16_t port = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  std::error_code error;
  const auto parsed = asio::ip::make_address(std::string(address), error);
  if (error || digits.empty() || read.ec != std::errc{} ||
      read.ptr != digits.data() + digits.size() || parsed.is_v6() != bracketed)
    throw startup_error("'" + std::string(text) +
                        "' is no address with a port: give one such as 127.0.0.1:9090 or "
                        "[::1]:9090 with " +
                        std::string(option));
  return {parsed, port};
}

}  // namespace callgate::net
