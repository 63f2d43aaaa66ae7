// SPDX-License-Identifier: Apache-2.0
// What the tables of readers take for granted of the compiler and its library, and what they say.
#include <callgate/json/detail/layout.hpp>

#include <callgate/json/detail/engine.hpp>

#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace callgate::json::detail {
namespace {

// A std::optional is a value and, right behind it, a byte that says whether it is there.
template <class T>
void expect_flag_behind(T value) {
  std::optional<T> there{value}, none{};
  unsigned char flag = 0;
  std::memcpy(&flag, reinterpret_cast<const char*>(&there) + sizeof(T), 1);
  EXPECT_EQ(flag, 1);
  std::memcpy(&flag, reinterpret_cast<const char*>(&none) + sizeof(T), 1);
  EXPECT_EQ(flag, 0);
  EXPECT_EQ(static_cast<const void*>(&*there), static_cast<const void*>(&there));
  EXPECT_EQ(flag_of<std::optional<T>>(), sizeof(T));
  const unsigned char one = 1;
  std::memcpy(reinterpret_cast<char*>(&none) + sizeof(T), &one, 1);
  EXPECT_TRUE(none.has_value());
}

enum class small : std::uint8_t { a, b };

TEST(Layout, HasAnOptionalsFlagBehindItsValue) {
  expect_flag_behind(true);
  expect_flag_behind(std::int32_t{7});
  expect_flag_behind(std::int64_t{7});
  expect_flag_behind(7.5);
  expect_flag_behind(std::string_view{"x"});
  expect_flag_behind(raw_value{"1"});
  expect_flag_behind(small::b);
  expect_flag_behind(arena_vector<std::string_view, 2>{});
  expect_flag_behind(arena_vector<test::track, 2>{});
}

// Every member lies where its pointer says.
TEST(Layout, KnowsWhereMembersLie) {
  using payload = test::payload;
  static payload object{};
  const auto at = [](const void* place) {
    return static_cast<std::size_t>(static_cast<const char*>(place) -
                                    reinterpret_cast<const char*>(&object));
  };
  const auto& members = layout_of<payload>.members;
  const auto expect = [&]<std::size_t I>() {
    constexpr auto pointer = std::get<I>(reflect<payload>::members).pointer;
    EXPECT_EQ(members[I].offset, at(&(object.*pointer))) << members[I].name;
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (expect.template operator()<I>(), ...);
  }
  (std::make_index_sequence<member_count<payload>>{});
}

TEST(Layout, HasItemsWhereAnArrayHasThem) {
  arena_vector<std::int32_t, 3> items;
  arena memory{{}};
  ASSERT_NE(items.push_back(memory, 3), nullptr);
  const auto* const first = reinterpret_cast<const char*>(items.begin());
  EXPECT_EQ(first - reinterpret_cast<const char*>(&items),
            static_cast<std::ptrdiff_t>(layout_of_array<decltype(items)>.inline_offset));
  arena_array head;
  std::memcpy(static_cast<void*>(&head), &items, sizeof head);
  EXPECT_EQ(head.size, 1U);
  EXPECT_EQ(head.spilled, nullptr);
}

// Each spelling leads to its member by the table, and nothing else does.
TEST(KeyTable, HasEverySpellingAndNoOther) {
  const object_layout& layout = layout_of<test::payload>;
  ASSERT_NE(layout.keys, nullptr);
  std::size_t found = 0;
  for (const expected_key& key : layout.keys->keys.first(layout.keys->keys.size() - 1)) {
    char padded[64] = {};
    ASSERT_LT(key.name.size(), sizeof padded - 8);
    std::memcpy(padded, key.name.data(), key.name.size());
    std::size_t slot = layout.keys->slot_of(padded, key.name.size());
    while (layout.keys->slots[slot] != 0 &&
           layout.keys->keys[layout.keys->slots[slot] - 1U].name != key.name)
      slot = (slot + 1) % layout.keys->slots.size();
    ASSERT_NE(layout.keys->slots[slot], 0) << key.name;
    EXPECT_EQ(&layout.keys->keys[layout.keys->slots[slot] - 1U], &key);
    ++found;
  }
  std::size_t spellings = 0;
  for (const member_layout& m : layout.members) spellings += 1 + m.aliases.size();
  EXPECT_EQ(found, spellings);
  EXPECT_EQ(layout.keys->keys.back().member, nullptr);
}

}  // namespace
}  // namespace callgate::json::detail
