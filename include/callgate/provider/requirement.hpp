// SPDX-License-Identifier: Apache-2.0
// What a stage demands of the payload beyond its schema: stages.<name>.require.
#pragma once

#include <cstdint>
#include <string_view>

namespace callgate {

// In this stage the value at Path (a source::body) must be present, not null and not empty.
template <class Path>
struct requirement {
  std::uint8_t stage;        // index into the provider's stages
  std::string_view pointer;  // the same path as JSON Pointer, for people
  Path path{};
};

}  // namespace callgate
