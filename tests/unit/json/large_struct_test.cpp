// SPDX-License-Identifier: Apache-2.0
// Structs that no table of keys is large enough for, and objects within each other whose members
// have several names: the exact reader alone reads them, and says what the reference says.
#include <callgate/json/explain.hpp>

#include "tests/support/differential.hpp"
#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace callgate::test {

template <std::size_t I>
constexpr bool is_required = I % 5 == 0 && I < 10;

template <std::size_t I>
using text_of =
    std::conditional_t<is_required<I>, std::string_view, std::optional<std::string_view>>;
template <std::size_t I>
using slot_value =
    std::conditional_t<I % 5 == 0, text_of<I>,
                       std::conditional_t<I % 5 == 1, std::optional<inner>,
                                          std::optional<arena_vector<std::uint16_t, 1>>>>;

template <std::size_t I>
struct slot {
  slot_value<I> value{};
};

template <class Indices>
struct many_slots;
template <std::size_t... I>
struct many_slots<std::index_sequence<I...>> : slot<I>... {};

using large = many_slots<std::make_index_sequence<150>>;
using small = many_slots<std::make_index_sequence<6>>;

struct nest {
  small main{};
  std::optional<arena_vector<small, 1>> list{};
  std::optional<large> rest{};
};

// "m7", or "a7".
template <char First, std::size_t I>
inline constexpr std::array<char, 4> letters{First, I / 100 + '0', I / 10 % 10 + '0', I % 10 + '0'};
template <char First, std::size_t I>
inline constexpr std::string_view name_of{letters<First, I>.data(), 4};
template <std::size_t I>
inline constexpr std::array<std::string_view, 2> other_names{name_of<'a', I>, name_of<'b', I>};

template <class T, std::size_t I>
constexpr auto slot_member() {
  rule rules{.required = is_required<I>, .droppable = I % 5 == 1, .max_length = 40, .max_items = 2};
  const auto pointer = static_cast<slot_value<I> T::*>(&slot<I>::value);
  if constexpr (I % 48 == 0 || I == 3)
    return member{name_of<'m', I>, pointer, rules, other_names<I>};
  return member{name_of<'m', I>, pointer, rules};
}

}  // namespace callgate::test

template <std::size_t... I>
struct callgate::reflect<callgate::test::many_slots<std::index_sequence<I...>>> {
  using self = callgate::test::many_slots<std::index_sequence<I...>>;
  static constexpr std::string_view name = "Slots";
  static constexpr auto members = std::tuple{callgate::test::slot_member<self, I>()...};
};
template <>
struct callgate::reflect<callgate::test::nest> {
  using self = callgate::test::nest;
  static constexpr std::array<std::string_view, 1> mains{"first"}, lists{"all"};
  static constexpr std::string_view name = "Nest";
  static constexpr auto members = std::tuple{
      member{"main", &self::main, rule{.required = true}, mains},
      member{"list", &self::list, rule{.droppable = true, .max_items = 3}, lists},
      member{"rest", &self::rest, rule{.drops_other_types = true}},
  };
};

namespace callgate::test {
namespace {

constexpr json::read_options strict{.unknown = json::unknown_members::reject};
constexpr json::read_options lenient{.empty_strings_absent = true, .drop_invalid_members = true};

static_assert(!json::detail::has_tables(json::detail::layout_of_value<large>));
static_assert(json::detail::has_tables(json::detail::layout_of_value<small>));

template <class T, json::read_options O>
void compare(std::uint32_t seed, std::size_t rounds) {
  verdicts whole, damaged;
  EXPECT_EQ((random_differences<T, O>(seed, rounds, whole, damaged)), "");
  EXPECT_GT(whole.accepted, rounds / 20);
  EXPECT_GT(whole.refused, rounds / 20);
}

TEST(LargeStruct, IsReadAsTheReferenceReadsIt) {
  compare<large, json::read_options{}>(1, 100);
  compare<large, lenient>(2, 100);
}

TEST(LargeStruct, AsAMemberOfMembersOfSeveralNames) {
  compare<small, strict>(3, 500);
  compare<nest, strict>(4, 100);
  compare<nest, lenient>(5, 100);
}

// Nothing of an object that another name outdoes is left behind in the one that counts.
TEST(LargeStruct, AnObjectUnderAnotherNameIsForgottenWhole) {
  const std::string rest = R"("m000":"x","m005":"y")";
  const std::string more = R"("m001":{"id":"i"},"m002":[1,2],)" + rest;
  for (const auto& [first, second] : {std::pair{more, rest}, std::pair{rest, more}}) {
    verdicts seen;
    EXPECT_EQ((differences<nest, strict>(R"({"first":{)" + first + R"(},"main":{)" + second + "}}",
                                         seen)),
              "");
    EXPECT_EQ((differences<nest, strict>(R"({"main":{)" + first + R"(},"first":{)" + second + "}}",
                                         seen)),
              "");
    EXPECT_EQ(seen.accepted, 2U);
    EXPECT_EQ(seen.dropped, 2U);
  }
}

// What is kept of objects while they are read is given back with a value that is dropped: there are
// more of these than there is room for.
TEST(LargeStruct, WhatIsDroppedTakesNoRoomFromWhatFollows) {
  std::string text = R"({"m000":"x","m005":"y")";
  for (int i = 1; i < 150; i += 5) {
    const std::string digits = std::to_string(1000 + i).substr(1);
    text += (i == 96 ? R"(,"b)" : R"(,"m)") + digits + R"(":{"id":7})";
  }
  verdicts seen;
  EXPECT_EQ((differences<large, lenient>(text + "}", seen)), "");
  EXPECT_EQ(seen.accepted, 1U);
  EXPECT_EQ(seen.dropped, 30U);
}

// The first thing that explain() tells is the error, and everything is told in one go.
TEST(LargeStruct, IsExplainedByTheSameReader) {
  json_generator generator{6};
  std::size_t refused = 0, told = 0;
  for (int i = 0; i < 200; ++i) {
    const exact_copy text{generator.document<nest>()};
    const std::size_t bytes = json::arena_bytes_needed<nest>(text.view().size());
    const std::unique_ptr<std::byte[]> buffer{new std::byte[bytes]};
    const auto got = std::make_unique<reading<nest>>();
    got->read<strict>(text.view(), {buffer.get(), bytes}, json::best_instruction_set());
    std::optional<json::error> first;
    arena memory{{buffer.get(), bytes}};
    const bool good = json::explain<nest, strict>(text.view(), memory, got->value,
                                                  [&](const json::offence& what) {
                                                    if (!first) first = what.broken;
                                                    return ++told, true;
                                                  });
    ASSERT_EQ(good, !got->failed) << shown(text.view());
    ASSERT_EQ(said(first), said(got->failed)) << shown(text.view());
    refused += !good;
  }
  EXPECT_GT(refused, 50U);
  EXPECT_GT(told, 2 * refused);
}

}  // namespace
}  // namespace callgate::test
