// SPDX-License-Identifier: Apache-2.0
// Values of any type, kept as text.
#include <callgate/json/raw_value.hpp>
#include <callgate/json/parse.hpp>

#include "tests/support/json_payload.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace callgate::json {
namespace {

TEST(RawValue, IsTheTextOfTheValueWithoutTheSpaceAroundIt) {
  for (const std::string value : {"1.50", "\"a\\n\"", "[ 1 , 2 ]", R"({"a" : {}})", "true"}) {
    arena memory;
    const std::string text = R"({"id":"x","any": )" + value + " \n}";
    const auto got = parse<test::inner>(text, memory);
    ASSERT_TRUE(got) << value;
    EXPECT_EQ(got->any->text, value);
    EXPECT_EQ(got->any->text.data(), text.data() + text.find(value));
  }
}

TEST(RawValue, IsCheckedForItsSyntax) {
  arena memory;
  EXPECT_EQ(parse<test::inner>(R"({"id":"x","any":[1,}]})", memory).error().code,
            errc::unexpected_byte);
}

}  // namespace
}  // namespace callgate::json
