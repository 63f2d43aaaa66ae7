// SPDX-License-Identifier: Apache-2.0
// An arena of the promised size is enough, for the texts that need most.
#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/parse.hpp>

#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace callgate::test {

struct nested {
  std::optional<arena_vector<arena_vector<arena_vector<std::int64_t, 1>, 1>, 1>> cube{};
  std::optional<arena_vector<std::string_view, 1>> names{};
};
struct boundless {
  std::optional<arena_vector<std::int64_t, 2>> all{};
};
struct flat {
  std::optional<std::string_view> a{};
  std::optional<arena_vector<double, 4>> few{};
};

}  // namespace callgate::test

template <>
struct callgate::reflect<callgate::test::nested> {
  static constexpr rule line{.max_items = 5};
  static constexpr rule plane{.max_items = 4, .items = &line};
  static constexpr std::string_view name = "Nested";
  static constexpr auto members = std::tuple{
      member{"cube", &test::nested::cube, rule{.max_items = 3, .items = &plane}},
      member{"names", &test::nested::names, rule{.max_items = 100}},
  };
};
template <>
struct callgate::reflect<callgate::test::boundless> {
  static constexpr std::string_view name = "Boundless";
  static constexpr auto members = std::tuple{member{"all", &test::boundless::all}};
};
template <>
struct callgate::reflect<callgate::test::flat> {
  static constexpr std::string_view name = "Flat";
  static constexpr auto members = std::tuple{member{"a", &test::flat::a},
                                             member{"few", &test::flat::few, rule{.max_items = 4}}};
};

namespace callgate::json {
namespace {

// Bytes used, with an arena of just the promised size that begins at the worst address.
template <class T>
std::size_t used(std::string_view text) {
  const std::size_t bytes = arena_bytes_needed<T>(text.size());
  const std::unique_ptr<std::byte[]> buffer{new std::byte[bytes + 1]};
  arena memory{{buffer.get() + 1, bytes}};
  const auto got = parse<T>(text, memory);
  EXPECT_TRUE(got) << text << enum_name(got.error().code);
  return memory.used();
}

// A copy, what is decoded, a bit for each byte, and margins.
constexpr std::size_t for_texts(std::size_t bytes) { return 2 * bytes + bytes / 8 + 224; }

TEST(ArenaBytes, AreThoseOfTextsWhereNoArraySpills) {
  EXPECT_EQ(arena_bytes_needed<test::flat>(1000), for_texts(1000));
  EXPECT_GE(used<test::flat>(R"({"a":"\n","few":[1,2,3,4]})"), 1U);
  EXPECT_GE(used<test::flat>(R"({"a":")" + std::string(500, 'x') + "\\\\\"}"), 501U);
}

TEST(ArenaBytes, AreKnownWhenCompiling) {
  // The texts, one array of three integers, and what may be lost to align it.
  static_assert(arena_bytes_needed<test::track>(1000) ==
                for_texts(1000) + 3 * sizeof(std::int32_t) + 3);
}

// An arena of just that size, wherever it begins.
TEST(ArenaBytes, SufficeForTheCreatedValueToo) {
  const std::string_view text = R"({"names":["\n","\t"]})";
  const std::size_t bytes = created_bytes_needed<test::nested>(text.size());
  for (std::size_t at = 0; at < alignof(test::nested); ++at) {
    alignas(test::nested) std::array<std::byte, 64 * 1024> buffer;
    ASSERT_LE(at + bytes, buffer.size());
    arena memory{{buffer.data() + at, bytes}};
    auto* const value = memory.create<test::nested>();
    ASSERT_NE(value, nullptr);
    const std::size_t left = bytes - memory.used();
    EXPECT_GE(left, arena_bytes_needed<test::nested>(text.size()));
  }
}

TEST(ArenaBytes, SufficeForEveryArrayFull) {
  const std::string line = "[1,2,3,4,5]";
  const std::string plane = "[" + line + "," + line + "," + line + "," + line + "]";
  EXPECT_GT(used<test::nested>(R"({"cube":[)" + plane + "," + plane + "," + plane + "]}"),
            12 * 5 * sizeof(std::int64_t));
}

TEST(ArenaBytes, SufficeForManyArraysThatJustSpill) {
  std::string text = R"({"names":["\n","\t"],"cube":[)";
  for (int i = 0; i < 3; ++i) text += "[[1,1],[1,1],[1,1],[1,1]],";
  text.back() = ']';
  EXPECT_GT(used<test::nested>(text + "}"), 0U);
}

TEST(ArenaBytes, SufficeForEveryNumberOfItemsAndOfEscapes) {
  for (std::size_t n = 0; n <= 100; ++n) {
    std::string text = R"({"names":[)";
    for (std::size_t i = 0; i < n; ++i)
      text += (i != 0 ? "," : "") + std::string{i % 3 == 0 ? R"("\n")" : R"("")"};
    (void)used<test::nested>(text + "]}");
  }
}

TEST(ArenaBytes, GrowWithTheTextWhereAnArrayHasNoBound) {
  for (std::size_t n = 0; n < 200; ++n) {
    std::string text = R"({"all":[)";
    for (std::size_t i = 0; i < n; ++i) text += i != 0 ? ",1" : "1";
    EXPECT_LE(used<test::boundless>(text + "]}"),
              arena_bytes_needed<test::boundless>(text.size() + 2));
  }
  EXPECT_EQ(arena_bytes_needed<test::boundless>(std::numeric_limits<std::size_t>::max()),
            std::numeric_limits<std::size_t>::max());
}

TEST(ArenaBytes, ThatAreTooFewAreRefusedNotOverrun) {
  const std::string text = R"({"names":["\u0061\u0062","c","d\n"],"cube":[[[1,2],[3,4]],[[5,6]]]})";
  std::size_t refused = 0;
  for (std::size_t bytes = 0; bytes <= arena_bytes_needed<test::nested>(text.size()); ++bytes) {
    const std::unique_ptr<std::byte[]> buffer{new std::byte[bytes]};
    arena memory{{buffer.get(), bytes}};
    const auto got = parse<test::nested>(text, memory);
    if (!got) {
      EXPECT_EQ(got.error().code, errc::arena_exhausted);
      refused = bytes;
    } else {
      EXPECT_EQ((*got->names)[2], "d\n");
      EXPECT_EQ((*got->cube)[1][0][1], 6);
    }
  }
  EXPECT_GT(refused, 0U);
  EXPECT_LT(refused, arena_bytes_needed<test::nested>(text.size()));
}

}  // namespace
}  // namespace callgate::json
