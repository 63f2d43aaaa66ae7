// SPDX-License-Identifier: Apache-2.0
#include "serve_flags.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <string>

namespace {

// --idle-timeout is CALLGATE_IDLE_TIMEOUT.
std::string variable_of(const std::string& flag) {
  std::string name = "CALLGATE_" + flag.substr(2);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(c));
  });
  return name;
}

template <class T>
void add(CLI::App& serve, const std::string& group, const std::string& flag, T& value,
         const std::string& about) {
  serve.add_option(flag, value, about)
      ->envname(variable_of(flag))
      ->group(group)
      ->capture_default_str();
}

// Told in seconds, which may have a fraction; at least a millisecond, at most a day.
void add_time(CLI::App& serve, const std::string& flag, std::chrono::milliseconds& value,
              const std::string& about) {
  const auto seconds = static_cast<double>(value.count()) / 1000;
  serve
      .add_option_function<double>(
          flag,
          [&value](double told) { value = std::chrono::milliseconds(std::llround(told * 1000)); },
          about)
      ->envname(variable_of(flag))
      ->check(CLI::Range(0.001, 86'400.0))
      ->type_name("SECONDS")
      ->default_str(CLI::detail::to_string(seconds))
      ->group("Times");
}

void add_places(CLI::App& serve, callgate::options& how) {
  const std::string group = "Addresses";
  add(serve, group, "--admin-listen", how.admin_listen,
      "ADDRESS:PORT where health and API are; they then leave --port, but for /health");
  add(serve, group, "--tls-certificate", how.tls_certificate,
      "PEM file with the certificate and those that signed it; with it, TLS is spoken everywhere");
  add(serve, group, "--tls-key", how.tls_key, "PEM file with its private key");
  add(serve, group, "--public-url", how.public_url,
      "What senders know this receiver by, such as https://hooks.example.com");
  serve
      .add_option("--trusted-proxy", how.trusted_proxies,
                  "Address or range (10.0.0.0/8) whose Forwarded and X-Forwarded-For are believed; "
                  "repeatable")
      ->envname(variable_of("--trusted-proxy"))
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group(group);
}

void add_limits(CLI::App& serve, callgate::options& how) {
  const std::string group = "Limits (0: none)";
  callgate::rate_options& rates = how.rates;
  add(serve, group, "--address-rate", rates.per_address.per_second,
      "Requests per second of one client address; over it: 429");
  add(serve, group, "--address-burst", rates.per_address.burst,
      "Of those, so many at once; 0: as many as in one second");
  add(serve, group, "--mount-rate", rates.per_mount.per_second,
      "Callbacks per second of one mount; over it: its answer for rate_limited");
  add(serve, group, "--mount-burst", rates.per_mount.burst,
      "Of those, so many at once; 0: as many as in one second");
  add(serve, group, "--max-connections", how.connections.max_connections,
      "Connections in all; more wait");
  add(serve, group, "--max-connections-per-address", how.connections.max_connections_per_address,
      "Connections of one address; more are closed");
  for (const char* flag : {"--max-connections", "--max-connections-per-address"})
    serve.get_option(flag)->check(CLI::Range(0, 1'000'000));
}

void add_times(CLI::App& serve, callgate::net::connection_options& how) {
  add_time(serve, "--head-timeout", how.head_timeout, "For the head of a request; over it: 408");
  add_time(serve, "--body-timeout", how.body_timeout, "For its body; over it: 408");
  add_time(serve, "--write-timeout", how.write_timeout, "For an answer to be taken");
  add_time(serve, "--idle-timeout", how.idle_timeout, "Between requests of one connection");
  add_time(serve, "--drain-timeout", how.drain_timeout, "For requests in work when it stops");
}

}  // namespace

void add_server_flags(CLI::App& serve, callgate::options& how) {
  add_places(serve, how);
  add_limits(serve, how);
  add_times(serve, how.connections);
}
