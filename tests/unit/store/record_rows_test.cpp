// SPDX-License-Identifier: Apache-2.0
// Values that own their text, and views of them.
#include <callgate/store/record_rows.hpp>

#include <gtest/gtest.h>

#include <string>

namespace callgate::store {
namespace {

TEST(RecordRows, KeepEveryKindOfValue) {
  using type = scalar::type;
  std::string gone = "text";
  const record_value text = owned({.kind = type::text, .text = gone});
  gone = "gone";
  EXPECT_EQ(borrowed(text).text, "text");
  EXPECT_EQ(borrowed(owned({.kind = type::integer, .integer = -1})).integer, -1);
  EXPECT_EQ(borrowed(owned({.kind = type::number, .number = 1.5})).number, 1.5);
  EXPECT_EQ(borrowed(owned({.kind = type::boolean, .boolean = true})).boolean, true);
  EXPECT_EQ(borrowed(owned({})).kind, type::null);
  EXPECT_EQ(borrowed(owned({.kind = type::boolean})).kind, type::boolean);
}

}  // namespace
}  // namespace callgate::store
