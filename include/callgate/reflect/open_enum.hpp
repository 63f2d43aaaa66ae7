// SPDX-License-Identifier: Apache-2.0
// An enum that the sender may extend: a known value, or the text that came.
#pragma once

#include <callgate/reflect/enum_names.hpp>

#include <optional>
#include <string_view>

namespace callgate {

// Lifetime: text is a view into the parsed bytes or their arena.
template <named_enum E>
struct open_enum {
  std::optional<E> known{};
  std::string_view text{};  // always what came on the wire

  [[nodiscard]] constexpr bool is(E value) const noexcept { return known == value; }
};

}  // namespace callgate
