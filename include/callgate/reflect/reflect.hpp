// SPDX-License-Identifier: Apache-2.0
// What a generated struct says about itself. The only way in for parser, writer, store and
// documents.
#pragma once

#include <callgate/reflect/member.hpp>

#include <string_view>
#include <tuple>

namespace callgate {

// Specialised by the generator, once per struct:
//   static constexpr std::string_view name;      the definition's name in the schema
//   static constexpr std::tuple<member...> members;   in the schema's order, which is the order
//   providers send
// and where the schema says more of the object:
//   static constexpr value_check also;      what it demands beyond its members' rules
//   static constexpr bool holds_sensitive;  something in it is x-sensitive, a member or not
template <class T>
struct reflect;

template <class T>
concept reflected = requires {
  reflect<T>::name;
  reflect<T>::members;
};

// reflect<T>::also, if it is there.
template <reflected T>
[[nodiscard]] constexpr value_check check_of() noexcept {
  if constexpr (requires { reflect<T>::also; })
    return reflect<T>::also;
  else
    return nullptr;
}

// Whether to show such an object whole would show something x-sensitive. Members' rules do not
// tell: what is declared beside the members is in reflect<T>::also.
template <reflected T>
[[nodiscard]] constexpr bool holds_sensitive() noexcept {
  bool found = false;
  if constexpr (requires { reflect<T>::holds_sensitive; }) found = reflect<T>::holds_sensitive;
  std::apply(
      [&found](const auto&... m) {
        ((found = found || m.rules.sensitive || m.rules.holds_sensitive), ...);
      },
      reflect<T>::members);
  return found;
}

template <reflected T>
inline constexpr std::size_t member_count = std::tuple_size_v<decltype(reflect<T>::members)>;

}  // namespace callgate
