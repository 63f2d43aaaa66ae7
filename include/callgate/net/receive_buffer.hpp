// SPDX-License-Identifier: Apache-2.0
// How much of a request is received in one piece.
#pragma once

#include <callgate/core/limits.hpp>

#include <cstddef>

namespace callgate::net {

// Of a connection that has received something: the head and small bodies behind it, or several
// requests.
inline constexpr std::size_t receive_buffer_bytes = 16 * 1024;
static_assert(receive_buffer_bytes >= 2 * limits::max_head_bytes);

}  // namespace callgate::net
