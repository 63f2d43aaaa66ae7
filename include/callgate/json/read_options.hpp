// SPDX-License-Identifier: Apache-2.0
// What a sender may do that its schema does not say.
#pragma once

#include <callgate/core/limits.hpp>

#include <cstddef>
#include <cstdint>

namespace callgate::json {

enum class unknown_members : std::uint8_t { ignore, reject };

struct read_options {
  bool nulls_absent = true;  // null for an optional member that is not nullable counts as absent
  bool empty_strings_absent = false;  // "" for an optional member counts as absent
  unknown_members unknown = unknown_members::ignore;
  bool numbers_in_strings = false;    // "120.5" is taken for a number
  bool drop_invalid_members = false;  // bad values of droppable members are dropped, not refused
  std::size_t max_depth = limits::max_depth;
};

}  // namespace callgate::json
