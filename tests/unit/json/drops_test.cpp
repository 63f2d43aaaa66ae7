// SPDX-License-Identifier: Apache-2.0
// Notes about dropped members.
#include <callgate/json/drops.hpp>

#include <gtest/gtest.h>

#include <string_view>

namespace callgate::json {
namespace {

TEST(Drops, CountAllAndKeepTheFirst) {
  drops notes;
  EXPECT_EQ(notes.first_pointer(), "");
  error first{errc::too_short, 1, {}}, second{errc::wrong_type, 2, {}};
  first.where.prepend(std::string_view{"a"});
  second.where.prepend(std::string_view{"b"});
  notes.add(first);
  notes.add(second);
  EXPECT_EQ(notes.count, 2U);
  EXPECT_EQ(notes.first, errc::too_short);
  EXPECT_EQ(notes.first_pointer(), "/a");
}

}  // namespace
}  // namespace callgate::json
