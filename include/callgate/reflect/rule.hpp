// SPDX-License-Identifier: Apache-2.0
// What a schema demands of one value, as data: the JSON Schema keywords of a member or an array's
// item.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace callgate {

namespace json {
struct check_report;
}

// One end of a numeric range. The generator fills the representation that fits the member's C++
// type.
struct bound {
  bool set = false;
  bool exclusive = false;  // only for double: integer bounds come in inclusive
  std::int64_t i = 0;
  std::uint64_t u = 0;
  double d = 0;
};

inline constexpr std::uint32_t unbounded = 0xffff'ffff;

// What is no demand of a list such as rule: false for a value, as it stands in the text, that
// breaks it; then the report says how, with offsets and pointers that begin at the value.
using value_check = bool (*)(std::string_view value, json::check_report& report);

// Lengths count code points, as JSON Schema says. Every default means "no demand".
struct rule {
  bool required = false;
  bool nullable = false;   // null is one of the types
  bool droppable = false;  // a bad value is dropped and noted instead of refusing the payload
  bool drops_other_types = false;  // the same, but only of a value of another JSON type
  bool sensitive = false;          // x-sensitive: nothing of the value is shown, names included
  bool holds_sensitive = false;    // something within it is
  bool defaulted = false;          // no std::optional: what is absent leaves it as it was made
  std::uint32_t min_length = 0;
  std::uint32_t max_length = unbounded;
  std::uint32_t min_items = 0;
  std::uint32_t max_items = unbounded;
  bound minimum{};
  bound maximum{};
  std::span<const std::string_view> strings{};  // const or enum of a string that is no C++ enum
  std::span<const std::int64_t> integers{};     // const or enum of an integer
  std::span<const double> numbers{};            // const or enum of a number
  const rule* items = nullptr;                  // of an array: what each item must be
  value_check also = nullptr;                   // what else the schema demands of it
  value_check content = nullptr;                // of the JSON in a string, when it is decoded
};

}  // namespace callgate
