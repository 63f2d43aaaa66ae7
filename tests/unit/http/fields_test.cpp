// SPDX-License-Identifier: Apache-2.0
// Tests of the header fields of a message.
#include <callgate/http/fields.hpp>

#include <gtest/gtest.h>

#include <cstddef>

namespace http = callgate::http;

namespace {

http::fields three() {
  http::fields out;
  EXPECT_TRUE(out.push_back({"X-One", "1"}));
  EXPECT_TRUE(out.push_back({"x-two", "2"}));
  EXPECT_TRUE(out.push_back({"X-ONE", "3"}));
  return out;
}

}  // namespace

TEST(HttpFields, FindsTheFirstWithoutRegardToCase) {
  EXPECT_EQ(three().find("x-one"), "1");
  EXPECT_EQ(three().find("X-TWO"), "2");
}

TEST(HttpFields, FindsNothingForAnotherName) {
  EXPECT_FALSE(three().find("x-on"));
  EXPECT_FALSE(three().find("x-one-"));
  EXPECT_FALSE(three().find(""));
  EXPECT_FALSE(http::fields{}.find("x"));
}

TEST(HttpFields, FoldsTheCaseOfLettersOnly) {
  http::fields f;
  ASSERT_TRUE(f.push_back({"a^[@", "v"}));
  EXPECT_FALSE(f.find("a~{`"));
  EXPECT_EQ(f.find("A^[@"), "v");
}

TEST(HttpFields, CountsRepeatedNames) {
  EXPECT_EQ(three().count("x-one"), 2u);
  EXPECT_EQ(three().count("x-two"), 1u);
  EXPECT_EQ(three().count("x-three"), 0u);
}

TEST(HttpFields, KeepsTheOrder) {
  const http::fields f = three();
  ASSERT_EQ(f.end() - f.begin(), 3);
  EXPECT_EQ(f.begin()->value, "1");
  EXPECT_EQ(f[2].value, "3");
}

TEST(HttpFields, RefusesMoreThanTheLimit) {
  http::fields f;
  for (std::size_t i = 0; i < callgate::limits::max_fields; ++i)
    ASSERT_TRUE(f.push_back({"n", "v"}));
  EXPECT_FALSE(f.push_back({"one", "more"}));
  EXPECT_EQ(f.size(), callgate::limits::max_fields);
  EXPECT_FALSE(f.find("one"));
  f.clear();
  EXPECT_TRUE(f.empty());
}
