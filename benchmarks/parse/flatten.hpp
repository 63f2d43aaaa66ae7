// SPDX-License-Identifier: Apache-2.0
// A payload as a list of members and their values as text, so that two can be compared.
#pragma once

#include "task.hpp"

#include <callgate/core/arena_vector.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/reflect/open_enum.hpp>
#include <callgate/reflect/reflect.hpp>

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace parse_benchmark {

class flattener {
 public:
  explicit flattener(std::vector<member_text>& out) : x_out(out) {}

  template <class T>
  void add(const std::string& where, const T& value) {
    if constexpr (callgate::reflected<T>)
      add_members(where, value);
    else if constexpr (std::is_enum_v<T>)
      say(where, callgate::enum_name(value));
    else if constexpr (std::is_arithmetic_v<T>)
      say(where, number(value));
    else
      say(where, value);
  }

  template <class T>
  void add(const std::string& where, const std::optional<T>& value) {
    if (value) add(where, *value);
  }

  template <class T, std::size_t N>
  void add(const std::string& where, const callgate::arena_vector<T, N>& values) {
    say(where, "items: " + std::to_string(values.size()));
    for (std::size_t i = 0; i < values.size(); ++i) add(where + '/' + std::to_string(i), values[i]);
  }

  template <class E>
  void add(const std::string& where, const callgate::open_enum<E>& value) {
    say(where, value.text);
    if (value.known) say(where, callgate::enum_name(*value.known));
  }

  void add(const std::string& where, const callgate::json::raw_value& value) {
    say(where, value.text);
  }

 private:
  template <class T>
  void add_members(const std::string& where, const T& value) {
    std::apply(
        [&](const auto&... m) { (add(where + '/' + std::string{m.name}, value.*m.pointer), ...); },
        callgate::reflect<T>::members);
  }

  void say(const std::string& where, std::string_view what) {
    x_out.push_back({where, std::string{what}});
  }

  template <class T>
  static std::string number(T value) {
    if constexpr (std::is_same_v<T, bool>) {
      return value ? "true" : "false";
    } else {
      char text[64];
      return {text, std::to_chars(text, text + sizeof text, value).ptr};
    }
  }

  std::vector<member_text>& x_out;
};

}  // namespace parse_benchmark
