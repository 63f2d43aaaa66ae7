// SPDX-License-Identifier: Apache-2.0
// What was dropped from a payload instead of refusing it: drift of a sender from its schema.
#pragma once

#include <callgate/json/error.hpp>

#include <cstdint>
#include <string_view>

namespace callgate::json {

struct drops {
  std::uint32_t count = 0;
  // The first one dropped; meaningless while count is 0.
  errc first{};
  pointer_text first_where{};  // the value that broke its rule, which may lie within the member
                               // that was dropped

  [[nodiscard]] constexpr std::string_view first_pointer() const noexcept {
    return count == 0 ? std::string_view{} : first_where.view();
  }

  constexpr void add(const error& e) noexcept {
    if (count++ == 0) first = e.code, first_where = e.where;
  }
};

}  // namespace callgate::json
