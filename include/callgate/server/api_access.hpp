// SPDX-License-Identifier: Apache-2.0
// Who may use the API.
#pragma once

#include <callgate/http/detail/ascii.hpp>
#include <callgate/http/request.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate {

enum class api_access : std::uint8_t {
  granted,
  hidden,      // 404, as if there were no API
  cross_site,  // 403: a browser asks for somebody else's page
};

// The token of "Authorization: Bearer TOKEN"; the scheme in any case. Source: RFC 9110 11.4, RFC
// 6750 2.1.
[[nodiscard]] inline std::optional<std::string_view> bearer_token(
    const http::request& request) noexcept {
  constexpr std::string_view scheme = "Bearer ";
  const auto field = request.fields.find("Authorization");
  if (!field || !http::detail::equals_ignoring_case(field->substr(0, scheme.size()), scheme))
    return std::nullopt;
  const std::size_t begin = field->find_first_not_of(' ', scheme.size());
  return begin == std::string_view::npos ? std::string_view{} : field->substr(begin);
}

namespace detail {

// Without its port.
[[nodiscard]] inline std::string_view host_name(std::string_view host) noexcept {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

// A name that no resolver of somebody else can lead here: else a page could call its own name for
// this machine's address, and read what the API answers (DNS rebinding).
[[nodiscard]] inline bool is_loopback_host(std::string_view host) noexcept {
  const std::string_view name = host_name(host);
  const bool is_address = name.find_first_not_of("0123456789.") == std::string_view::npos;
  return (is_address && name.starts_with("127.")) || name == "[::1]" ||
         http::detail::equals_ignoring_case(name, "localhost");
}

}  // namespace detail

// Whether a browser asks on behalf of a page that this server did not send. Others send no Origin.
// Source: Fetch 3.2.
[[nodiscard]] inline bool is_cross_site(const http::request& request) noexcept {
  if (!request.host.empty() && !detail::is_loopback_host(request.host)) return true;
  if (request.fields.count("Origin") > 1) return true;
  const auto origin = request.fields.find("Origin");
  if (!origin) return false;
  const std::size_t scheme = origin->find("://");
  return scheme == std::string_view::npos ||
         !http::detail::equals_ignoring_case(origin->substr(scheme + 3), request.host);
}

}  // namespace callgate
