// SPDX-License-Identifier: Apache-2.0
// What a stage's payload has as a rule: stages.<name>.expect_any.
#pragma once

#include <cstdint>
#include <string_view>

namespace callgate {

// In this stage a value at one of Paths (each a source::body) is expected: present, not null and
// not empty. A callback without any is processed all the same, and an operator is told.
template <class... Paths>
struct expect_any {
  std::uint8_t stage;         // index into the provider's stages
  std::string_view pointers;  // the same paths as JSON Pointers, for people
};

}  // namespace callgate
