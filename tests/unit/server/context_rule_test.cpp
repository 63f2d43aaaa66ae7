// SPDX-License-Identifier: Apache-2.0
#include <callgate/server/context_rule.hpp>

#include <gtest/gtest.h>

#include <array>

namespace callgate {
namespace {

constexpr std::array<std::string_view, 2> kinds{"song", "clip"};
constexpr std::array<context_field, 2> fields{{
    {.name = "kind", .max_bytes = 8, .names = kinds},
    {.name = "owner", .max_bytes = 3},
}};

TEST(ContextRule, KnowsItsNames) {
  EXPECT_EQ(find_context_field(fields, "owner"), &fields[1]);
  EXPECT_EQ(find_context_field(fields, "own"), nullptr);
  EXPECT_EQ(no_such_context(fields),
            "the provider's context has no such member; it has kind, owner");
  EXPECT_EQ(no_such_context({}), "the provider's context has no such member; it has none");
}

TEST(ContextRule, BoundsTexts) {
  EXPECT_EQ(context_text_problem(fields[1], "abc"), "");
  EXPECT_EQ(context_text_problem(fields[1], "abcd"), "longer than 3 bytes");
  EXPECT_EQ(context_text_problem(fields[0], "clip"), "");
  EXPECT_EQ(context_text_problem(fields[0], "film"), "'film' is none of song, clip");
}

}  // namespace
}  // namespace callgate
