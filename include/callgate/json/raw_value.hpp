// SPDX-License-Identifier: Apache-2.0
// A JSON value that was checked for syntax and kept as text: schemas without a type.
#pragma once

#include <string_view>

namespace callgate::json {

// Lifetime: a view into the parsed bytes, without surrounding white space.
struct raw_value {
  std::string_view text{};
};

}  // namespace callgate::json
