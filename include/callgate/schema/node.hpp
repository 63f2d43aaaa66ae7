// SPDX-License-Identifier: Apache-2.0
// A JSON Schema (draft 2020-12) as constant tables, made by callgen.
#pragma once

#include <callgate/reflect/pattern.hpp>
#include <callgate/schema/format.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace callgate::schema {

// Bits of the types that a value may have. A number without a fraction is an integer, too.
using type_set = std::uint8_t;
namespace types {
inline constexpr type_set null = 1, boolean = 2, object = 4, array = 8, number = 16, string = 32,
                          integer = 64, any = 127;
}

// Where a node stands in its schema.
using index = std::uint16_t;
inline constexpr index none = 0xffff;
inline constexpr std::uint32_t no_limit = 0xffff'ffff;

// Bounds and divisor are JSON numbers, compared digit by digit; empty: no demand.
struct number_rules {
  std::string_view minimum{};
  std::string_view maximum{};
  std::string_view exclusive_minimum{};
  std::string_view exclusive_maximum{};
  std::string_view multiple_of{};
};

// Lengths count code points.
struct string_rules {
  std::uint32_t min_length = 0;
  std::uint32_t max_length = no_limit;
  const pattern* matches = nullptr;
  schema::format format = schema::format::none;
};

struct array_rules {
  std::uint32_t min_items = 0;
  std::uint32_t max_items = no_limit;
  bool unique_items = false;
  std::span<const index> prefix_items{};
  index items = none;  // of what comes after prefix_items
  index contains = none;
  std::uint32_t min_contains = 1;
  std::uint32_t max_contains = no_limit;
};

// One bit for each known key of an object.
inline constexpr std::size_t max_known_keys = 256;
using key_set = std::array<std::uint64_t, max_known_keys / 64>;

struct known_key {
  std::string_view name;
  index value = none;  // of properties
};
struct pattern_property {
  const pattern* name;
  index value;
};
// What the presence of a key demands.
struct dependency {
  std::uint16_t key;
  key_set required{};
  index value = none;  // of the whole object
};

struct object_rules {
  std::uint32_t min_properties = 0;
  std::uint32_t max_properties = no_limit;
  std::span<const known_key> keys{};  // of properties, required and dependencies
  key_set required{};
  std::span<const pattern_property> patterns{};
  index additional = none;  // of members that neither properties nor patterns name
  index names = none;
  std::span<const dependency> dependencies{};
};

// Which of one_of an object must be, by the text of one of its members.
struct branch {
  std::string_view name;
  index value;
};
struct discriminator {
  std::string_view member;
  std::span<const branch> branches;
};

// Every default means "no demand". all_of holds what $ref names, too.
struct node {
  type_set types = types::any;
  bool never = false;                          // the schema `false`
  bool sensitive = false;                      // x-sensitive is in it: its value is not shown
  bool secret = false;                         // nor the names in it
  bool is_const = false;                       // values came from `const`
  std::span<const std::string_view> values{};  // const or enum: JSON texts
  const number_rules* numbers = nullptr;
  const string_rules* strings = nullptr;
  const array_rules* arrays = nullptr;
  const object_rules* objects = nullptr;
  std::span<const index> all_of{};
  std::span<const index> any_of{};
  std::span<const index> one_of{};
  const discriminator* chooses = nullptr;  // among one_of
  index not_of = none;
  index if_of = none;
  index then_of = none;
  index else_of = none;
};

// The first node is that of the whole text.
using document = std::span<const node>;

}  // namespace callgate::schema
