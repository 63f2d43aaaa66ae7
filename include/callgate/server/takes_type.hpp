// SPDX-License-Identifier: Apache-2.0
// Whether a route takes a request's Content-Type.
#pragma once

#include <callgate/http/detail/ascii.hpp>
#include <callgate/provider/route.hpp>

#include <string_view>

namespace callgate {
namespace detail {

inline bool names_type(std::string_view content_type, std::string_view type) noexcept {
  if (!http::detail::starts_ignoring_case(content_type, type)) return false;
  if (content_type.size() == type.size()) return true;
  const char next = content_type[type.size()];
  return next == ';' || http::detail::is_space(next);
}

}  // namespace detail

// Parameters such as charset do not matter. Source: RFC 9110 8.3.1.
[[nodiscard]] inline bool takes_type(const route& how, std::string_view content_type) noexcept {
  for (const std::string_view accepted : how.content_types)
    if (detail::names_type(content_type, accepted) || accepted == "*/*") return true;
  return false;
}

}  // namespace callgate
