// SPDX-License-Identifier: Apache-2.0
// One member of a generated struct: its name on the wire, where it is kept, and what it must be.
#pragma once

#include <callgate/reflect/rule.hpp>

#include <span>
#include <string_view>

namespace callgate {

template <class Struct, class Value>
struct member {
  using struct_type = Struct;
  using value_type = Value;

  std::string_view name;  // on the wire
  Value Struct::*pointer;
  rule rules{};
  std::span<const std::string_view> aliases{};  // other spellings on the wire

  constexpr member(std::string_view n, Value Struct::*p, rule r = {},
                   std::span<const std::string_view> a = {})
      : name(n), pointer(p), rules(r), aliases(a) {}
};

}  // namespace callgate
