// SPDX-License-Identifier: Apache-2.0
// Keys that are there and keys that are not, at every place of a table.
#include <callgate/provider/lookup_table.hpp>

#include <gtest/gtest.h>

#include <array>

namespace callgate {
namespace {

constexpr std::array<std::string_view, 3> keys{"B", "a", "\303\251"};  // in the order of bytes
constexpr std::array<scalar, 6> cells{scalar_of(1),   scalar_of("x"), scalar_of(2),
                                      scalar_of("y"), scalar_of(3),   scalar{}};
constexpr lookup_table table{keys, cells, 2};

static_assert(table.find("a", 0).integer == 2);

TEST(LookupTable, FindsEveryKey) {
  EXPECT_EQ(table.find("B", 0).integer, 1);
  EXPECT_EQ(table.find("B", 1).text, "x");
  EXPECT_EQ(table.find("a", 1).text, "y");
  EXPECT_EQ(table.find("\303\251", 0).integer, 3);
  EXPECT_EQ(table.find("\303\251", 1).kind, scalar::type::null);
}

constexpr std::array<std::string_view, 4> rules{"b_exact", "a_*", "*_x", "*"};
constexpr std::array<scalar, 4> rule_cells{scalar_of(1), scalar_of(2), scalar_of(3), scalar_of(4)};
constexpr lookup_table by_rules{rules, rule_cells, 1, true};

TEST(LookupTable, TakesTheFirstRuleThatFits) {
  EXPECT_EQ(by_rules.find("b_exact", 0).integer, 1);
  EXPECT_EQ(by_rules.find("a_x", 0).integer, 2) << "two fit";
  EXPECT_EQ(by_rules.find("b_x", 0).integer, 3);
  EXPECT_EQ(by_rules.find("b_exact_not", 0).integer, 4);
  EXPECT_EQ(by_rules.find("", 0).kind, scalar::type::null) << "what is absent fits no rule";
  EXPECT_EQ((lookup_table{std::span{rules}.first(3), rule_cells, 1, true}.find("c", 0).kind),
            scalar::type::null);
}

TEST(LookupTable, HasNothingForOtherKeys) {
  for (const std::string_view key : {"", "A", "BB", "aa", "b", "\303\252", "\377"})
    EXPECT_EQ(table.find(key, 0).kind, scalar::type::null) << key;
  EXPECT_EQ((lookup_table{{}, {}, 2}.find("a", 0).kind), scalar::type::null);
}

}  // namespace
}  // namespace callgate
