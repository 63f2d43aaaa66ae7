// SPDX-License-Identifier: Apache-2.0
// What a resumable parser says after each piece of input.
#pragma once

#include <callgate/reflect/enum_names.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace callgate::http {

enum class parse_status : std::uint8_t {
  need_more,  // nothing wrong so far; call again with more bytes
  complete,   // done; further calls change nothing until reset
  error,      // refused; further calls change nothing until reset
};

}  // namespace callgate::http

template <>
struct callgate::enum_names<callgate::http::parse_status> {
  static constexpr std::array<std::string_view, 3> names{"need_more", "complete", "error"};
};
