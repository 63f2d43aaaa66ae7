// SPDX-License-Identifier: Apache-2.0
// A small payload with every kind of value that a path can end at.
#pragma once

#include <callgate/core/arena_vector.hpp>
#include <callgate/reflect/enum_names.hpp>
#include <callgate/reflect/open_enum.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate::testing {

enum class color : std::uint8_t { red, green };

}  // namespace callgate::testing

template <>
struct callgate::enum_names<callgate::testing::color> {
  static constexpr std::array<std::string_view, 2> names{"red", "green"};
};

namespace callgate::testing {

struct leaf {
  std::string_view text{};
  std::optional<std::string_view> maybe_text{};
};

struct branch {
  leaf inner{};
  std::optional<leaf> maybe_inner{};
  arena_vector<leaf, 2> items{};
  std::optional<arena_vector<std::string_view, 2>> maybe_items{};
  std::array<std::int32_t, 2> pair{7, 8};
};

struct sample_payload {
  std::int64_t integer = 0;
  std::optional<std::int32_t> maybe_integer{};
  bool boolean = false;
  double number = 0;
  color fixed = color::red;
  open_enum<color> open{};
  std::optional<open_enum<color>> maybe_open{};
  branch tree{};
  std::optional<branch> maybe_tree{};
};

}  // namespace callgate::testing
