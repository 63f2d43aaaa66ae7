// SPDX-License-Identifier: Apache-2.0
// The interim answer to a request that waits before it sends its body.
#pragma once

#include <string_view>

namespace callgate::http {

// To be sent as it is when request::expect_continue, before the body is read; the final answer
// follows. Source: RFC 9110 10.1.1 and 15.2.1.
inline constexpr std::string_view continue_response = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace callgate::http
