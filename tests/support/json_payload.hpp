// SPDX-License-Identifier: Apache-2.0
// A payload with a member of every type and rule that the generator knows.
#pragma once

#include <callgate/core/arena_vector.hpp>
#include <callgate/json/raw_value.hpp>
#include <callgate/reflect/open_enum.hpp>
#include <callgate/reflect/reflect.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

namespace callgate::test {

enum class color : std::uint8_t { red, green, blue };

}  // namespace callgate::test

template <>
struct callgate::enum_names<callgate::test::color> {
  static constexpr std::array<std::string_view, 3> names{"red", "green", "blue"};
};

namespace callgate::test {

struct track {
  std::string_view id{};
  std::optional<std::string_view> url{};
  std::optional<double> duration{};
  std::optional<arena_vector<std::int32_t, 1>> marks{};
};

struct inner {
  std::string_view id{};
  std::optional<json::raw_value> any{};
  std::optional<bool> flag{};
};

struct payload {
  std::int32_t code{};
  std::string_view task_id{};
  std::optional<std::int64_t> i64{};
  std::optional<std::uint32_t> u32{};
  std::optional<std::uint64_t> u64{};
  std::optional<float> f32{};
  std::optional<double> f64{};
  std::optional<color> shade{};
  std::optional<open_enum<color>> paint{};
  std::optional<inner> deep{};
  std::optional<arena_vector<track, 2>> tracks{};
  std::optional<arena_vector<std::string_view, 2>> tags{};
  std::optional<arena_vector<arena_vector<std::int32_t, 2>, 2>> grid{};
  std::optional<arena_vector<std::optional<std::int32_t>, 2>> gaps{};
  std::optional<std::string_view> kind{};
  std::optional<std::string_view> mode{};
  std::optional<std::int32_t> level{};
  std::optional<double> ratio{};
  std::optional<std::string_view> odd{};
  std::optional<inner> loose{};
};

}  // namespace callgate::test

namespace callgate {

template <>
struct reflect<test::track> {
  static constexpr std::string_view name = "Track";
  static constexpr auto members = std::tuple{
      member{"id", &test::track::id, rule{.required = true, .min_length = 1, .max_length = 8}},
      member{"url", &test::track::url, rule{.droppable = true, .min_length = 2, .max_length = 24}},
      member{"duration", &test::track::duration,
             rule{.droppable = true, .minimum = {.set = true, .exclusive = true, .d = 0}}},
      member{"marks", &test::track::marks, rule{.max_items = 3}},
  };
};

template <>
struct reflect<test::inner> {
  static constexpr std::string_view name = "Inner";
  static constexpr auto members = std::tuple{
      member{"id", &test::inner::id, rule{.required = true, .max_length = 16}},
      member{"any", &test::inner::any},
      member{"flag", &test::inner::flag, rule{.nullable = true, .droppable = true}},
  };
};

template <>
struct reflect<test::payload> {
  static constexpr std::array<std::string_view, 2> task_aliases{"taskId", "task-id"};
  static constexpr std::array<std::string_view, 1> track_aliases{"trackList"}, loose_aliases{"lo"};
  static constexpr std::array<std::string_view, 1> kinds{"callback"};
  static constexpr std::array<std::string_view, 2> modes{"fast", "slow"};
  static constexpr std::array<std::int64_t, 2> levels{-1, 7};
  static constexpr std::array<double, 2> ratios{0.5, 1e3};
  static constexpr rule tag{.min_length = 1, .max_length = 6};
  static constexpr rule row{.min_items = 1, .max_items = 4};
  static constexpr rule gap{.nullable = true, .maximum = {.set = true, .i = 1000}};

  using self = test::payload;
  static constexpr std::string_view name = "Payload";
  static constexpr auto members = std::tuple{
      member{"code", &self::code,
             rule{.required = true,
                  .minimum = {.set = true, .i = 100},
                  .maximum = {.set = true, .i = 599}}},
      member{"task_id", &self::task_id, rule{.required = true, .min_length = 1, .max_length = 32},
             task_aliases},
      member{"i64", &self::i64},
      member{"u32", &self::u32, rule{.maximum = {.set = true, .u = 4'000'000'000}}},
      member{"u64", &self::u64, rule{.minimum = {.set = true, .u = 2}}},
      member{"f32", &self::f32, rule{.maximum = {.set = true, .d = 0.1}}},
      member{"f64", &self::f64, rule{.nullable = true, .droppable = true}},
      member{"shade", &self::shade, rule{.nullable = true}},
      member{"paint", &self::paint, rule{.max_length = 16}},
      member{"deep", &self::deep, rule{.drops_other_types = true}},
      member{"tracks", &self::tracks, rule{.required = true, .nullable = true, .max_items = 5},
             track_aliases},
      member{"tags", &self::tags, rule{.min_items = 1, .max_items = 4, .items = &tag}},
      member{"grid", &self::grid, rule{.max_items = 3, .items = &row}},
      member{"gaps", &self::gaps, rule{.max_items = 4, .items = &gap}},
      member{"kind", &self::kind, rule{.strings = kinds}},
      member{"mode", &self::mode, rule{.droppable = true, .strings = modes}},
      member{"level", &self::level, rule{.integers = levels}},
      member{"ratio", &self::ratio, rule{.numbers = ratios}},
      member{"a/b~c", &self::odd, rule{.max_length = 4}},
      member{"loose", &self::loose, rule{.droppable = true}, loose_aliases},
  };
};

}  // namespace callgate
