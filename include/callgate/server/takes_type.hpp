// SPDX-License-Identifier: Apache-2.0
// Whether a route takes a request's Content-Type.
#pragma once

#include <callgate/http/detail/ascii.hpp>
#include <callgate/provider/route.hpp>

#include <string_view>

namespace callgate {
namespace detail {

inline bool names_type(std::string_view content_type, std::string_view type) noexcept {
  if (!http::detail::equals_ignoring_case(content_type.substr(0, type.size()), type)) return false;
  const std::string_view rest = content_type.substr(type.size());
  return rest.empty() || rest.front() == ';' || http::detail::is_space(rest.front());
}

}  // namespace detail

// Parameters such as charset do not matter. Source: RFC 9110 8.3.1.
[[nodiscard]] inline bool takes_type(const route& how, std::string_view content_type) noexcept {
  for (const std::string_view accepted : how.content_types)
    if (detail::names_type(content_type, accepted) || accepted == "*/*") return true;
  return false;
}

}  // namespace callgate
