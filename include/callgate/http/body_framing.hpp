// SPDX-License-Identifier: Apache-2.0
// How the end of a request's body is known.
#pragma once

#include <callgate/reflect/enum_names.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace callgate::http {

// Source: RFC 9112 6.3.
enum class body_framing : std::uint8_t {
  none,            // no body: the next byte belongs to the next request
  content_length,  // request::content_length bytes, maybe 0
  chunked,         // up to where chunked_decoder says
};

}  // namespace callgate::http

template <>
struct callgate::enum_names<callgate::http::body_framing> {
  static constexpr std::array<std::string_view, 3> names{"none", "content_length", "chunked"};
};
