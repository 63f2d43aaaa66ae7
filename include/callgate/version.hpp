// SPDX-License-Identifier: Apache-2.0
// The version of the library and of the contract between generator and headers.
#pragma once

#include <string_view>

namespace callgate {

inline constexpr std::string_view version = "0.1.0";

// Raised whenever generated headers and library headers stop fitting each other. A generated header
// asserts it, so stale output is a compile error instead of undefined behaviour.
inline constexpr int schema_abi = 4;

}  // namespace callgate
