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
template <class T>
struct reflect;

template <class T>
concept reflected = requires {
  reflect<T>::name;
  reflect<T>::members;
};

// What a schema demands of a whole object beyond its members' rules: reflect<T>::also, if it is
// there.
template <reflected T>
[[nodiscard]] constexpr value_check check_of() noexcept {
  if constexpr (requires { reflect<T>::also; })
    return reflect<T>::also;
  else
    return nullptr;
}

template <reflected T>
inline constexpr std::size_t member_count = std::tuple_size_v<decltype(reflect<T>::members)>;

}  // namespace callgate
