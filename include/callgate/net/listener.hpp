// SPDX-License-Identifier: Apache-2.0
// Listening sockets: one per I/O thread on one port, and nobody else's unless that is asked for.
#pragma once

#include <callgate/core/startup_error.hpp>

#include <asio/io_context.hpp>
#include <asio/ip/address.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>

#include <cstdint>
#include <string>
#include <system_error>

namespace callgate::net {

using acceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;

namespace detail {

inline std::string listen_failure(const asio::ip::tcp::endpoint& at, const std::error_code& why) {
  const std::string where = at.address().to_string() + " port " + std::to_string(at.port());
  if (why == asio::error::address_in_use)
    return where + " is in use: stop the program that listens there, or choose another with --port";
  if (why == asio::error::access_denied)
    return where + " needs privileges: choose a port from 1024 on with --port";
  return where + " cannot be listened on (" + why.message() +
         "): choose another address with --listen";
}

inline acceptor open_acceptor(asio::io_context& context, const asio::ip::tcp::endpoint& at,
                              bool shared) {
  using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
  std::error_code error;
  acceptor out(context);
  out.open(at.protocol(), error);
  if (!error) out.set_option(asio::socket_base::reuse_address(true), error);
  if (!error &&
      at.address().is_v6())  // :: is every address of both kinds, whatever the system says
    out.set_option(asio::ip::v6_only(!at.address().is_unspecified()), error);
  if (!error && shared) out.set_option(reuse_port(true), error);
  if (!error) out.bind(at, error);
  if (!error) out.listen(asio::socket_base::max_listen_connections, error);
  if (error) throw startup_error(listen_failure(at, error));
  return out;
}

}  // namespace detail

// Makes sure that nobody listens there: with SO_REUSEPORT alone, a second process of the same user
// would silently get half of the connections. Errors: startup_error.
inline void probe_port(const asio::ip::tcp::endpoint& at) {
  asio::io_context context;
  (void)detail::open_acceptor(context, at, false);
}

// One more socket on that port, for this context. Port 0 takes a free one. Errors: startup_error.
[[nodiscard]] inline acceptor listen_on(asio::io_context& context,
                                        const asio::ip::tcp::endpoint& at) {
  return detail::open_acceptor(context, at, true);
}

// Errors: startup_error when the text is no IPv4 or IPv6 address.
[[nodiscard]] inline asio::ip::tcp::endpoint parse_endpoint(const std::string& address,
                                                            std::uint16_t port) {
  std::error_code error;
  const asio::ip::address parsed = asio::ip::make_address(address, error);
  if (error)
    throw startup_error("'" + address +
                        "' is no IP address: give one such as 127.0.0.1 or ::1 with --listen");
  return {parsed, port};
}

}  // namespace callgate::net
