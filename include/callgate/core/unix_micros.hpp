// SPDX-License-Identifier: Apache-2.0
// Time as the library stores it.
#pragma once

#include <cstdint>

namespace callgate {

// Microseconds since 1970-01-01T00:00:00Z. Plain integer: it goes into databases, JSON and file
// formats as it is.
using unix_micros = std::int64_t;

}  // namespace callgate
