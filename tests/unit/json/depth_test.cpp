// SPDX-License-Identifier: Apache-2.0
// However deep a text is nested: a small stack is enough, and what is too deep is said so.
#include "tests/support/differential.hpp"
#include "tests/support/json_payload.hpp"
#include "tests/support/small_stack.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace callgate::test {
namespace {

using json::errc;

constexpr std::size_t stacks[] = {64UL << 10, 8UL << 20};

constexpr json::read_options drops{.drop_invalid_members = true};
constexpr json::read_options deepest{.drop_invalid_members = true, .max_depth = json::max_nesting};

// Opened so often, in three fashions, and closed or not.
std::string nested(std::size_t levels, std::size_t fashion, bool closed) {
  static constexpr std::array<std::string_view, 3> open{"[", "{\"a\":", "[{\"mode\":"};
  static constexpr std::array<std::string_view, 3> close{"]", "}", "}]"};
  const std::size_t each = fashion == 2 ? 2 : 1;
  std::string out;
  for (std::size_t n = 0; n < levels; n += each) out += open[fashion];
  if (!closed) return out;
  out += '1';
  for (std::size_t n = 0; n < levels; n += each) out += close[fashion];
  return out;
}

// What a reader says of a text on a thread with that stack.
template <json::read_options O>
std::string read(std::size_t stack, std::string_view text, json::instruction_set set) {
  static std::byte buffer[1 << 16];  // there are few strings in these texts
  const auto got = std::make_unique<reading<payload>>();
  with_stack(stack, [&] { got->read<O>(text, buffer, set); });
  return got->failed ? std::string{enum_name(got->failed->code)} : "accepted";
}

// Around a value that is two containers deep there.
struct place {
  std::string_view before, after;
};
constexpr std::string_view known = R"({"code":200,"task_id":"t","tracks":[)";
constexpr std::array places = std::to_array<place>({
    {R"({"id":"1"}],"x":{"y":)", "}}"},                  // unknown
    {R"({"id":"1"}],"deep":{"id":"a","any":)", "}}"},    // raw
    {R"({"id":"1"}],"deep":{"id":"a","other":)", "}}"},  // unknown in a known one
    {R"({"id":"1"}],"loose":[)", "]}"},                  // of another type: dropped
    {R"({"id":"1"}],"gaps":[)", "]}"},                   // of another type: refused
    {"", "]}"},                                          // where an item has another type
});

template <json::read_options O>
void expect(std::size_t levels, bool closed, std::size_t fashion) {
  constexpr std::size_t deepest_levels = O.max_depth - 2;
  for (const place& where : places) {
    std::string text =
        std::string{known} + std::string{where.before} + nested(levels, fashion, closed);
    if (closed) text += where.after;
    for (const std::size_t stack : stacks) {
      for (const json::instruction_set set : sets_here()) {
        const std::string got = read<O>(stack, text, set);
        if (levels > deepest_levels)
          ASSERT_EQ(got, "depth_exceeded") << where.before << levels << json::name_of(set);
        else if (!closed)
          ASSERT_EQ(got, "unexpected_end") << where.before << levels << json::name_of(set);
        else
          ASSERT_TRUE(got != "depth_exceeded" && got != "unexpected_end") << where.before << got;
      }
    }
  }
}

TEST(Depth, IsBoundedByTheOptionWhereverItIs) {
  for (std::size_t fashion = 0; fashion < 3; ++fashion) {
    for (const bool closed : {true, false}) {
      for (const std::size_t levels : {2U, 28U, 30U, 32U, 34U, 64U, 1000U})
        expect<drops>(levels, closed, fashion);
      for (const std::size_t levels : {1020U, 1022U, 1024U, 1026U})
        expect<deepest>(levels, closed, fashion);
    }
  }
}

TEST(Depth, OfAMillionNeedsNoMoreStack) {
  for (std::size_t fashion = 0; fashion < 3; ++fashion) {
    expect<drops>(1'000'000, false, fashion);
    expect<deepest>(1'000'000, true, fashion);
  }
}

TEST(Depth, OfWholeTextsIsBoundedToTheByte) {
  for (const std::size_t levels : {31U, 32U, 33U, 1'000'000U}) {
    for (std::size_t fashion = 0; fashion < 2; ++fashion) {
      const std::string text = nested(levels, fashion, true);
      for (const std::size_t stack : stacks) {
        std::optional<json::error> got;
        with_stack(stack, [&] { got = json::validate(text); });
        ASSERT_EQ(got.has_value(), levels > limits::max_depth);
        if (!got) continue;
        EXPECT_EQ(got->code, errc::depth_exceeded);
        EXPECT_EQ(got->offset, limits::max_depth * (fashion == 0 ? 1 : 5));
        for (const json::instruction_set set : sets_here())
          EXPECT_EQ(read<drops>(stack, text, set), "depth_exceeded");
      }
    }
  }
}

// Known members that open a container each, too deep by one.
TEST(Depth, CountsTheContainersThatTheSchemaKnows) {
  constexpr json::read_options three{.max_depth = 3};
  verdicts seen;
  for (const std::string_view text :
       {R"({"code":200,"task_id":"t","tracks":[{"id":"1"}]})",
        R"({"code":200,"task_id":"t","tracks":null,"grid":[[1]]})",
        R"({"code":200,"task_id":"t","tracks":null,"deep":{"id":"1","any":{}}})"})
    EXPECT_EQ((differences<payload, three>(text, seen)), "");
  EXPECT_EQ(seen.accepted, 3U);
  for (const std::string_view text :
       {R"({"code":200,"task_id":"t","tracks":[{"id":"1","marks":[]}]})",
        R"({"code":200,"task_id":"t","tracks":null,"grid":[[[]]]})",
        R"({"code":200,"task_id":"t","tracks":null,"deep":{"id":"1","any":{"a":[]}}})",
        R"({"code":200,"task_id":"t","tracks":null,"x":[[[]]]})"})
    EXPECT_EQ((differences<payload, three>(text, seen)), "");
  EXPECT_EQ(seen.refused, 4U);
}

}  // namespace
}  // namespace callgate::test
