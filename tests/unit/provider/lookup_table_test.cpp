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

TEST(LookupTable, HasNothingForOtherKeys) {
  for (const std::string_view key : {"", "A", "BB", "aa", "b", "\303\252", "\377"})
    EXPECT_EQ(table.find(key, 0).kind, scalar::type::null) << key;
  EXPECT_EQ((lookup_table{{}, {}, 2}.find("a", 0).kind), scalar::type::null);
}

}  // namespace
}  // namespace callgate
