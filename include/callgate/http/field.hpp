// SPDX-License-Identifier: Apache-2.0
// One header field.
#pragma once

#include <string_view>

namespace callgate::http {

// Lifetime: views into the head's bytes.
struct field {
  std::string_view name;   // as it was sent; compare without regard to case
  std::string_view value;  // without the white space around it
};

}  // namespace callgate::http
